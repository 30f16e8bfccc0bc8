import { run } from '../../program.ts';
import type { ExitCode, Shell } from '../../shell.ts';

/** Runs a command line as somebody at another terminal would: the same code, other words for stdout and environment. */
export async function atAnotherTerminal(
	args: readonly string[],
	shell: Shell,
	how: { readonly width: number; readonly token?: string },
): Promise<{ exit: ExitCode; text: string }> {
	let text = '';
	const add = (more: string) => {
		text += more;
	};
	const exit = await run(args, {
		...shell,
		terminal: true,
		color: false,
		width: how.width,
		env: { ...shell.env, SLUICE_TOKEN: how.token ?? '' },
		out: async (more) => add(more),
		err: add,
		progress: () => {},
	});
	return { exit, text };
}
