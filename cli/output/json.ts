import type { Reporter } from './report.ts';

/** For programs. `version` changes when a member is removed or changes its meaning. */
export const json: Reporter = (report) =>
	`${JSON.stringify({ version: 1, command: report.command, summary: report.summary, ...report.data }, null, 2)}\n`;
