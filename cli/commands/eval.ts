import { Option } from 'commander';
import type { AddCommand } from '../program.ts';
import { addPlace, example, positive } from './options.ts';

export const evaluate: AddCommand = (program, shell) => {
	const command = program
		.command('eval')
		.summary('judge one input document')
		.description(
			'Evaluates the policy on one input document (contract version 1), or on one frame of a recorded session, and ' +
				'prints the decision and the verdict.',
		)
		.argument('[policy]', 'folder, bundle or sluice.yaml (default: sluice.yaml here, else ./policies)')
		.option('--input <file>', 'the input document as JSON; - is stdin')
		.option('--session <session>', 'instead of --input: session id, session file, or - for stdin')
		.option('--at <seq>', 'the frame of that session', positive)
		.option('--explain', 'say why: which rules fired, and where the others failed, with the values')
		.option('--verbose', 'with --explain: also the rules that look at other frames')
		.option('--reveal', 'show what findings cover')
		.addOption(new Option('--format <format>', 'default: text on a terminal, else json').choices(['text', 'json']));
	addPlace(command).action(async (policy, options) => {
		const { runEval, spellEvaluated } = await import('../runner/eval.ts');
		const result = await runEval({ ...options, ...(policy === undefined ? {} : { policy }) }, shell);
		const pretty = (options.format ?? (shell.terminal ? 'text' : 'json')) === 'text';
		await shell.out(pretty ? spellEvaluated(result, shell, options.verbose) : `${JSON.stringify(result)}\n`);
	});
	example(command, `echo '{"version":1,"from":"client","kind":"request","method":"ping"}' | sluice eval --input -`);
};
