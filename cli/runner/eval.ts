import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Decided, Engine } from '../../engine/engine.ts';
import { SluiceError } from '../../engine/error.ts';
import { paint } from '../output/paint.ts';
import { wrap } from '../output/wrap.ts';
import type { Shell } from '../shell.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';

/** What the policy says of one input document. */
export type Evaluated = Decided & { readonly version: 1 };

/** Evaluates a policy on the input document in `file` (`-`: stdin). @throws SluiceError `ERR_INPUT` when it is none */
export async function runEval(policyName: string | undefined, file: string, shell: Shell): Promise<Evaluated> {
	const text = file === '-' ? (await shell.read()).toString('utf8') : await readInput(file, shell);
	return withCompiler(shell, async (compiler) => {
		const engine = new Engine(await policyFrom(policyName, compiler, shell), { inputLimit: Number.POSITIVE_INFINITY });
		return { version: 1, ...engine.decide(text, `\`${file}\``) };
	});
}

async function readInput(file: string, shell: Shell): Promise<string> {
	try {
		return await readFile(resolve(shell.cwd, file), 'utf8');
	} catch (cause) {
		throw new SluiceError('ERR_INPUT', `cannot read the input document \`${file}\``, {
			help: 'check the path; - is stdin',
			cause,
		});
	}
}

/** For people. */
export function spellEvaluated(result: Evaluated, shell: Shell): string {
	const ink = result.verdict === 'allow' ? 'green' : result.verdict === 'deny' ? 'red' : 'yellow';
	const lines = [paint(ink, result.verdict, shell.color) + (result.code === undefined ? '' : `  ${result.code}`)];
	if (result.message !== undefined) lines.push(wrap(result.message, shell.width));
	for (const reason of result.reasons) {
		const was = reason.was === undefined ? '' : ` (would be ${reason.was})`;
		lines.push(`  ${wrap(`${reason.set} ${reason.rule}: ${reason.message}${was}`, shell.width - 2, '    ')}`);
	}
	for (const { label, scope } of result.labels) lines.push(`  label ${label} (${scope})`);
	return `${lines.join('\n')}\n`;
}
