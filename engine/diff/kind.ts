import type { Verdict } from '../policy/judgement.ts';
import type { Part } from './change.ts';

/**
 * What a difference is, in words that a table has room for: `deny → allow`, `mask lost`, `quorum weakened`. Differences of
 * one rule, class and kind are counted together; the other way round it is the kind's counterpart.
 */
export function kindOf(from: Verdict, to: Verdict, parts: readonly Part[]): string {
	if (from === 'mask' && to === 'allow') return 'mask lost';
	if (from === 'allow' && to === 'mask') return 'mask added';
	if (from !== to) return `${from} → ${to}`;
	const [part, another] = parts;
	// of several respects none is what it is: a shorter timeout may come with other approvers
	if (part === undefined || another !== undefined) return `${from} changed in several ways`;
	const words = KINDS[part.what];
	return words === undefined ? `${from} changed` : words[direction(part)];
}

type Direction = 'loosens' | 'tightens' | 'both' | 'neither';

const KINDS: Readonly<Record<string, Readonly<Record<Direction, string>>>> = {
	masks: {
		loosens: 'mask weakened',
		tightens: 'mask strengthened',
		both: 'mask moved',
		neither: 'mask changed',
	},
	approvers: {
		loosens: 'approvers weakened',
		tightens: 'approvers strengthened',
		both: 'approvers replaced',
		neither: 'approvers changed',
	},
	quorum: {
		loosens: 'quorum weakened',
		tightens: 'quorum strengthened',
		both: 'quorum moved',
		neither: 'quorum changed',
	},
	timeout: {
		loosens: 'timeout longer',
		tightens: 'timeout shorter',
		both: 'timeout changed',
		neither: 'timeout changed',
	},
	grant: { loosens: 'grant longer', tightens: 'grant shorter', both: 'grant changed', neither: 'grant changed' },
};

function direction({ loosens, tightens }: Part): Direction {
	if (loosens) return tightens ? 'both' : 'loosens';
	return tightens ? 'tightens' : 'neither';
}
