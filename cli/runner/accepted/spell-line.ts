import type { Changed } from '../../../engine/diff/accountable.ts';
import type { AcceptableClass } from './changes-file.ts';

/** What a line is to accept; a human adds why, who and for how long. */
export interface ToAccept extends Changed {
	readonly class: AcceptableClass;
}

/** A line for `policy-changes.yaml`. Left as it is, it is refused: somebody has to fill in the rest. */
export function spellLine({ rule, class: ofChange, from, to }: ToAccept): string {
	return [
		`- rule: ${rule}`,
		`  class: ${ofChange}`,
		`  from: ${from}`,
		`  to: ${to}`,
		'  reason: <why this is right>',
		'  by: <who answers for it>',
		'  until: <date, as in 2027-01-31>',
		'',
	].join('\n');
}
