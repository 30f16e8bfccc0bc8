import { InvalidArgumentError } from 'commander';
import type { AddCommand } from '../program.ts';
import { addPlace, example, positive } from './options.ts';

export const play: AddCommand = (program, shell) => {
	const command = program
		.command('play')
		.summary('watch a recorded session')
		.description('Shows a recorded session as it happened, as delivered and with every finding masked.')
		.argument('<session>', 'session id, session file, or - for stdin')
		.option('--speed <n>', 'times as fast as it was', factor, 1)
		.option('--at <seq>', 'begin at this line', positive, 1);
	addPlace(command).action(async (session, options) => {
		const { runPlay } = await import('../runner/play.ts');
		await runPlay({ ...options, session }, shell);
	});
	example(command, 'sluice play recorded.session.jsonl --speed 4');
};

function factor(text: string): number {
	const value = Number(text);
	if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
	return value;
}
