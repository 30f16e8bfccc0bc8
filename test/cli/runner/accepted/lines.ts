import type { AcceptableClass } from '../../../../cli/runner/accepted/changes-file.ts';

/** Hashes that are easy to tell apart. */
export const H = (letter: string) => letter.repeat(64);

/** A line as somebody would have filled it in. */
export function lineText(
	rule: string,
	from: string,
	to: string,
	more: { class?: AcceptableClass; until?: string; reason?: string } = {},
): string {
	return [
		`- rule: ${rule}`,
		`  class: ${more.class ?? 'loosened'}`,
		`  from: ${from}`,
		`  to: ${to}`,
		`  reason: ${more.reason ?? 'the team asked for it'}`,
		'  by: kim',
		`  until: ${more.until ?? '2027-01-31'}`,
		'',
	].join('\n');
}
