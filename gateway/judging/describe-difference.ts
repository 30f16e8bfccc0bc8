import { findingCover } from '../../engine/cover.ts';
import { createDetector } from '../../engine/detect/detector.ts';
import type { DescribeDifference } from '../../engine/diff/session-diff.ts';
import { splice } from '../../engine/mask/splice.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { describeVerdict, maskedPointers } from '../../engine/policy/verdict-words.ts';
import type { FrameLine } from '../../engine/recording/lines.ts';
import type { Replayed } from '../../engine/replay.ts';
import { cleanText } from '../words.ts';
import { type Cover, coverBy, describeFrame, describeReason, REVEALED } from './describe.ts';

/** Every built-in detector: a policy that forwards personal data has not said that everybody may look at it. */
const EVERYTHING = createDetector({ detectors: ['secrets', 'pii'] });
const COVER = findingCover(EVERYTHING);

/** Characters of a frame that an example shows. */
const SHOWN = 240;

/** What of a policy is needed to hide what it masks by findings. */
type Searching = Pick<Policy, 'detector'>;

/** Says of a difference between `from` and `to` what anybody may read of it; with `reveal`, what was received. */
export function describesDifferences(from: Searching, to: Searching, reveal = false): DescribeDifference {
	const coverOf = ({ detector }: Searching): Cover => (reveal ? REVEALED : coverBy(detector));
	const covers = [coverOf(from), coverOf(to)] as const;
	return ({ line, a, b }, difference) => {
		const sides = [
			['from', a, covers[0]],
			['to', b, covers[1]],
		] as const;
		const detail = sides.flatMap(([name, side, cover]) => {
			if (side?.judgement === undefined) return [];
			const said = saidBy(side, cover, difference.rules, difference.what);
			return said.length === 0 ? [] : [`${name}: ${said.join('; ')}`];
		});
		const others = difference.what.filter((what) => what !== 'verdict');
		const shown = reveal ? cut(line.bytes.toString('utf8')) : shownOf(line, [a, b]);
		return {
			frame: describeFrame(line, covers[1]),
			from: spell(a),
			to: spell(b),
			detail: others.length === 0 ? detail : [...detail, `differs in: ${difference.what.join(', ')}`],
			...(shown === undefined ? {} : { shown }),
		};
	};
}

/** The same for judgements that are recorded: whoever made them, everything that can be found is hidden. */
export const describesRecorded: DescribeDifference = describesDifferences(
	{ detector: EVERYTHING },
	{ detector: EVERYTHING },
);

function spell(side: Replayed | undefined): string {
	return side?.judgement === undefined ? '' : describeVerdict(side.judgement);
}

function saidBy(side: Replayed, cover: Cover, rules: readonly string[], what: readonly string[]): string[] {
	const { line, judgement } = side;
	if (judgement === undefined) return [];
	const reasons = judgement.reasons
		.filter((reason) => rules.includes(reason.rule))
		.map((reason) => describeReason(reason, line, judgement, cover));
	const pointers = what.includes('masks') ? maskedPointers(judgement) : [];
	return pointers.length === 0 ? reasons : [...reasons, `masked ${pointers.join(', ')}`];
}

/** The frame as it was delivered, without what either policy masks and without any finding. */
function shownOf(line: FrameLine, sides: readonly (Replayed | undefined)[]): string | undefined {
	if (line.delivered === null) return undefined;
	const covered = COVER.frame(splice(line.bytes, line.delivered ?? []));
	if (covered === undefined) return undefined;
	const splices = sides.flatMap((side) => side?.judgement?.splices ?? []);
	const text = splices.length === 0 ? covered.text : cleanText(covered.text, EVERYTHING, line.bytes, splices);
	return cut(text);
}

function cut(text: string): string {
	return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1).toWellFormed()}…`;
}
