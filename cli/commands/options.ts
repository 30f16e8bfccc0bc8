import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Format } from '../output/formats.ts';
import type { Report } from '../output/report.ts';
import type { ExitCode, Shell } from '../shell.ts';

const FORMATS: readonly Format[] = ['text', 'json', 'tap', 'junit', 'sarif', 'github', 'markdown'];

/** `--format`, for commands that end in a report. */
export function formatOption(): Option {
	return new Option('--format <format>', 'how to show the result').choices(FORMATS).default('text');
}

/** `--store` and `--config`: where session ids are looked up. */
export function addPlace(command: Command): Command {
	return command
		.option('--store <dir>', 'the data folder of a gateway')
		.option('--config <file>', 'its configuration (default: sluice.yaml here, if there is one)');
}

/** Prints a report and passes its exit code on. */
export async function showReport(
	report: Report,
	format: Format,
	shell: Shell,
	done: (exit: ExitCode) => void,
): Promise<void> {
	const { formats } = await import('../output/formats.ts');
	await shell.out(formats[format](report, { width: shell.width, color: shell.color }));
	done(report.exit);
}

/** Parser for an option that takes a whole number above 0. */
export function positive(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
	return value;
}

/** Parser for an option that takes a number from 0 to 100. */
export function percent(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0 && value <= 100))
		throw new InvalidArgumentError('It must be a number from 0 to 100.');
	return value;
}

/** Parser for an option that takes a regular expression. */
export function pattern(text: string): RegExp {
	try {
		return new RegExp(text, 'u');
	} catch {
		throw new InvalidArgumentError('It must be a regular expression.');
	}
}

/** Collects an option that may be given several times. */
export function several(value: string, before: readonly string[] | undefined): string[] {
	return [...(before ?? []), value];
}

/** The example below a command's help; every command has one that works. */
export function example(command: Command, text: string): Command {
	return command.addHelpText('after', `\nExample:\n  $ ${text}`);
}
