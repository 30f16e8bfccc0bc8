import type { Reporter } from './report.ts';

/** For programs. `version` changes when a member is removed or changes its meaning. */
export const json: Reporter = (report) =>
	`${JSON.stringify({ version: 1, command: report.command, summary: report.summary, ...report.data }, exact, 2)}\n`;

function exact(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? value.toString() : value;
}
