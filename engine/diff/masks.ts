import { typeMatches } from '../detect/type-glob.ts';
import type { Splice } from '../mask/splice.ts';
import type { Judgement, MaskOp } from '../policy/judgement.ts';
import { type Change, change, none } from './change.ts';

/** Weakest first (contract §1, merging masks); `replace` counts as `redact`. 0 is no mask. */
const STRENGTH: Readonly<Record<MaskOp, number>> = { partial: 1, hash: 2, redact: 3, replace: 3, remove: 4 };

/** How what is masked differs, byte by byte of the received frame: more bytes or a stronger op is tighter (contract §3). */
export function compareMasks(from: Judgement, to: Judgement): Change {
	let loosens = false;
	let tightens = false;
	const [before, after] = [covered(from), covered(to)];
	const edges = [...new Set([...before, ...after].flatMap((c) => [c.start, c.end]))].sort((x, y) => x - y);
	for (const at of edges.slice(0, -1)) {
		const step = strengthAt(after, at) - strengthAt(before, at);
		if (step < 0) loosens = true;
		if (step > 0) tightens = true;
	}
	return loosens || tightens ? change('masks', loosens, tightens) : none;
}

interface Covered {
	readonly start: number;
	readonly end: number;
	readonly strength: number;
}

function covered(judgement: Judgement): Covered[] {
	return judgement.splices.map((splice) => ({
		start: splice.start,
		end: splice.end,
		strength: strength(splice, judgement),
	}));
}

function strengthAt(spans: readonly Covered[], at: number): number {
	let strongest = 0;
	for (const span of spans) {
		if (span.start <= at && at < span.end) strongest = Math.max(strongest, span.strength);
	}
	return strongest;
}

/** The strongest op among the reasons that can have made this splice: a splice itself does not say. */
function strength(splice: Splice, judgement: Judgement): number {
	if (splice.replacement === '') return STRENGTH.remove;
	const ops = judgement.reasons
		.filter((reason) => reason.set === 'mask')
		.filter((reason) =>
			splice.what === 'path'
				? reason.path !== undefined
				: reason.finding !== undefined && typeMatches(reason.finding, splice.what),
		)
		.map((reason) => STRENGTH[reason.op ?? 'redact']);
	return ops.length === 0 ? STRENGTH.redact : Math.max(...ops);
}
