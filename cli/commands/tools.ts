import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AcceptedView } from '../../gateway/admin/tool-view.ts';
import type { AddCommand } from '../program.ts';
import type { Shell } from '../shell.ts';
import { addPlace, example } from './options.ts';

export const tools: AddCommand = (program, shell, done) => {
	const family = program
		.command('tools')
		.summary('tool definitions: what is pinned, what has changed')
		.description('Shows the pinned definitions of tools with what servers show now, and takes a change.');

	const list = addFormat(
		addDesk(
			family
				.command('list')
				.description('Lists the tools that servers have shown, and how they compare with their pins.')
				.argument('[server]', 'only tools of this server')
				.option('--changed', 'only those that are not as they were pinned; exit 1 if there are any'),
		),
	).action(async (server, options) => {
		const { listTools } = await import('../runner/tools.ts');
		const all = await listTools(options, server, shell);
		const found = options.changed ? all.filter(({ status }) => status !== 'same') : all;
		if (json(options.format, shell)) await shell.out(`${JSON.stringify({ version: 1, tools: found })}\n`);
		else if (found.length === 0)
			await shell.out(all.length === 0 ? 'no tools were seen yet\n' : 'nothing has changed\n');
		else {
			const { spellTools } = await import('../output/tool-words.ts');
			await shell.out(spellTools(found, shell));
		}
		done(options.changed && found.length > 0 ? 1 : 0);
	});
	example(list, 'sluice tools list --changed');

	const show = addFormat(
		addDesk(
			family
				.command('show')
				.description('Shows one tool: its definition, or how it differs from the pinned one. Secrets are masked.')
				.argument('<server>', 'name of the server')
				.argument('<tool>', 'name of the tool'),
		),
	).action(async (server, tool, options) => {
		const { showTool } = await import('../runner/tools.ts');
		const shown = await showTool(options, server, tool, shell);
		if (json(options.format, shell)) return shell.out(`${JSON.stringify({ version: 1, ...shown })}\n`);
		const { spellTool } = await import('../output/tool-words.ts');
		return shell.out(spellTool(shown, shell));
	});
	example(show, 'sluice tools show files read_file');

	const accept = addFormat(
		addDesk(
			family
				.command('accept')
				.description(
					'Pins the definition that was seen last: of one tool, or of all of the server that have changed. It is ' +
						'recorded, and in force in running sessions within a second.',
				)
				.argument('<server>', 'name of the server')
				.argument('[tool]', 'name of the tool')
				.addOption(
					new Option('--hash <hash>', 'only if this is its hash, at least 12 digits of it').argParser(hashOfOption),
				)
				.option('--all', 'all tools of the server that have changed, as without a tool')
				.option('--yes', 'do not ask before accepting several'),
		),
	).action(async (server, tool, options) => {
		const { SluiceError } = await import('../../engine/error.ts');
		const { failure } = await import('../failure.ts');
		const { acceptTools, meantTool } = await import('../runner/tools.ts');
		if (tool !== undefined && options.all === true) throw usage('`--all` and a tool do not go together');
		if (tool === undefined && options.hash !== undefined) throw usage('`--hash` says what one tool has to be');
		try {
			const meant =
				tool === undefined
					? await severalOf(server, options)
					: [await meantTool(options, server, tool, options.hash, shell)];
			if (meant !== undefined) await tell(await acceptTools(options, meant, shell), options.format);
		} catch (error) {
			if (!(error instanceof SluiceError) || error.code !== 'ERR_TOOL_CHANGED') throw error;
			shell.err(failure(error).text);
			done(1);
		}

		function usage(message: string) {
			return new SluiceError('ERR_USAGE', message, { help: 'name one tool, or leave both out' });
		}
	});
	example(accept, 'sluice tools accept files read_file --hash 3b1f0c9a77de');

	async function severalOf(
		server: string,
		options: { yes?: true } & Parameters<typeof import('../runner/tools.ts').listTools>[0],
	) {
		const { listTools } = await import('../runner/tools.ts');
		const found = (await listTools(options, server, shell)).filter(
			({ status }) => status === 'changed' || status === 'new',
		);
		if (found.length === 0 || options.yes === true) return found;
		const { SluiceError } = await import('../../engine/error.ts');
		const { spellTools } = await import('../output/tool-words.ts');
		if (!shell.terminal || (shell.stdin as { isTTY?: boolean }).isTTY !== true) {
			throw new SluiceError('ERR_USAGE', `${found.length} tools would be accepted, and nobody can be asked`, {
				help: 'add --yes, or name one tool',
			});
		}
		shell.err(spellTools(found, shell));
		const { createInterface } = await import('node:readline/promises');
		const asking = createInterface({ input: shell.stdin, output: shell.stderr });
		const said = await asking.question('Accept these definitions? [y/N] ', { signal: shell.stopped }).catch(() => 'n');
		asking.close();
		if (/^y(es)?$/i.test(said.trim())) return found;
		await shell.out('nothing was accepted\n');
		return undefined;
	}

	async function tell(accepted: readonly AcceptedView[], format: string | undefined): Promise<void> {
		if (json(format, shell)) return shell.out(`${JSON.stringify({ version: 1, accepted })}\n`);
		if (accepted.length === 0) return shell.out('nothing to accept\n');
		const { revealed } = await import('../output/revealed.ts');
		for (const { tool, from, to } of accepted) {
			const how = from === to ? 'confirmed' : from === undefined ? 'pinned' : `accepted, was ${from.slice(0, 12)}`;
			await shell.out(`${to.slice(0, 12)}  ${revealed(tool)}  ${how}\n`);
		}
	}
};

function json(format: string | undefined, shell: Shell): boolean {
	return format === undefined ? !shell.terminal : format === 'json';
}

function hashOfOption(text: string): string {
	if (/^[0-9a-f]{12,64}$/.test(text)) return text;
	throw new InvalidArgumentError('It must be 12 to 64 hexadecimal digits, in small letters.');
}

function addFormat<C extends Command>(command: C) {
	return command.addOption(
		new Option('--format <format>', 'default: text on a terminal, JSON in a pipe').choices(['text', 'json']),
	);
}

function addDesk(command: Command): Command {
	return addPlace(command)
		.option('--gateway <url>', 'ask a running gateway instead: its admin address')
		.option('--token-file <file>', 'act there as the holder of the token in this file (default: SLUICE_TOKEN)');
}
