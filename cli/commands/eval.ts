import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const evaluate: AddCommand = (program, shell) => {
	const command = program
		.command('eval')
		.summary('judge one input document')
		.description(
			'Evaluates the policy on one input document (contract version 1) and prints the decision and the verdict.',
		)
		.argument('[policy]', 'folder, bundle or sluice.yaml (default: sluice.yaml here, else ./policies)')
		.requiredOption('--input <file>', 'the input document as JSON; - is stdin')
		.action(async (policy, options) => {
			const { runEval, spellEvaluated } = await import('../runner/eval.ts');
			const result = await runEval(policy, options.input, shell);
			await shell.out(shell.terminal ? spellEvaluated(result, shell) : `${JSON.stringify(result)}\n`);
		});
	example(command, `echo '{"version":1,"from":"client","kind":"request","method":"ping"}' | sluice eval --input -`);
};
