import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Format } from '../output/formats.ts';
import type { Report } from '../output/report.ts';
import type { ReportFile } from '../runner/write-reports.ts';
import type { ExitCode, Shell } from '../shell.ts';

const FORMATS: readonly Format[] = ['text', 'json', 'tap', 'junit', 'sarif', 'github', 'gitlab', 'markdown'];

/** How a report is shown, and where else it is to be written. */
export interface Showing {
	readonly format: Format;
	readonly report?: readonly ReportFile[];
}

/** `--format` and `--report`, for commands that end in a report. */
export function addFormat(command: Command): Command {
	return command
		.addOption(new Option('--format <format>', 'how to show the result').choices(FORMATS).default('text'))
		.addOption(
			new Option('--report <format=file>', 'also write the result to a file (several times)').argParser(
				(value, before: readonly ReportFile[] | undefined) => [...(before ?? []), reportFile(value)],
			),
		);
}

function reportFile(text: string): ReportFile {
	const [, name = '', file = ''] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
	const format = FORMATS.find((one) => one === name);
	if (format !== undefined) return { format, file };
	throw new InvalidArgumentError(`It must be format=file, and format one of ${FORMATS.join(', ')}.`);
}

/** `--store` and `--config`: where session ids are looked up. */
export function addPlace(command: Command): Command {
	return command
		.option('--store <dir>', 'the data folder of a gateway')
		.option('--config <file>', 'its configuration (default: sluice.yaml here, if there is one)');
}

/** The options that select sessions and frames and say how hard to work; for commands that judge recordings. */
export function addSelection(command: Command): Command {
	return addPlace(command.option('--all', 'every session of the store'))
		.option('--since <time>', 'sessions that began then or later: 2026-03-01, 2026-03-01T09:30:00Z, or 24h, 7d ago')
		.option('--until <time>', 'sessions that began before')
		.option('--principal <id>', 'sessions of this principal (several times: of any of them)', several)
		.option('--server <name>', 'sessions with this server (several times)', several)
		.option('--tool <name>', 'report only calls of this tool and their answers (several times)', several)
		.addOption(
			new Option('--verdict <verdict>', 'report only frames with this recorded verdict (several times)').argParser(
				(value, before: readonly string[] | undefined) => several(verdict(value), before),
			),
		)
		.option('--jobs <n>', 'threads; the result does not depend on it (default: one for each core)', positive)
		.option('--verbose', 'say on stderr how long it took and how much memory');
}

/** `--gateway` and `--token-file`: judge where the data lies. */
export function addGateway(command: Command): Command {
	return command
		.option('--gateway <url>', 'judge the sessions of a running gateway there: its admin address')
		.option('--token-file <file>', 'a token of role auditor for it (default: SLUICE_TOKEN)');
}

const VERDICTS = ['allow', 'mask', 'hold', 'deny'];

function verdict(text: string): string {
	if (!VERDICTS.includes(text)) throw new InvalidArgumentError(`It must be one of ${VERDICTS.join(', ')}.`);
	return text;
}

/** Prints a report, after it was written wherever it is to be written, and passes its exit code on. */
export async function showReport(
	report: Report,
	{ format, report: files = [] }: Showing,
	shell: Shell,
	done: (exit: ExitCode) => void,
): Promise<void> {
	const { piecesOf } = await import('../output/formats.ts');
	if (files.length > 0) {
		const { writeReports } = await import('../runner/write-reports.ts');
		await writeReports(report, files, shell);
	}
	for (const piece of piecesOf(report, format, { width: shell.width, color: shell.color })) await shell.out(piece);
	done(report.exit);
}

/** Parser for an option that takes a whole number above 0. */
export function positive(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
	return value;
}

/** Parser for an option that takes a percentage. */
export function percent(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0 && value <= 100)) {
		throw new InvalidArgumentError('It must be a number from 0 to 100.');
	}
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
