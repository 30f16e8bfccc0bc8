import type { Judgement } from './judgement.ts';

/** `deny shell/closed`, `allow`. */
export function describeVerdict(judgement: Pick<Judgement, 'verdict' | 'reasons' | 'code'>): string {
	const rules = rulesBehind(judgement);
	const why = rules.length > 0 ? ` ${rules.join(', ')}` : judgement.code === undefined ? '' : ` ${judgement.code}`;
	return `${judgement.verdict}${why}`;
}

/** Rules whose reasons carry the verdict, in the order of the reasons. */
export function rulesBehind({ verdict, reasons }: Pick<Judgement, 'verdict' | 'reasons'>): string[] {
	return [...new Set(reasons.filter((reason) => reason.set === verdict).map((reason) => reason.rule))];
}

/** Pointers of what was masked, sorted. */
export function maskedPointers({ splices }: Pick<Judgement, 'splices'>): string[] {
	return [...new Set(splices.map((s) => s.pointer))].sort();
}
