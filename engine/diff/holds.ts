import type { HoldDemand, HoldTerms } from '../policy/judgement.ts';
import { both, type Change, change, none } from './change.ts';

/**
 * How the terms of two holds differ. Tighter is: more quorum, a subset of the approvers, a shorter timeout, a shorter
 * grant (contract §3). Demands count together: a hold is as tight as another if each of the other's demands is implied
 * by one of its own.
 */
export function compareHolds(
	from: HoldTerms | undefined,
	to: HoldTerms | undefined,
	defaults: { readonly timeoutNs: number; readonly grantNs: number },
): Change {
	const timeout = shorter('timeout', from?.timeoutNs ?? defaults.timeoutNs, to?.timeoutNs ?? defaults.timeoutNs);
	const grant = shorter('grant', from?.grantNs ?? defaults.grantNs, to?.grantNs ?? defaults.grantNs);
	return both(compareDemands(from?.demands ?? [], to?.demands ?? []), both(timeout, grant));
}

function shorter(what: string, from: number, to: number): Change {
	return from === to ? none : change(what, to > from, to < from);
}

function compareDemands(from: readonly HoldDemand[], to: readonly HoldDemand[]): Change {
	const asTight = implies(to, from);
	const asLoose = implies(from, to);
	if (asTight && asLoose) return none;
	const what = sameApprovers(from, to) ? 'quorum' : 'approvers';
	// replaced approvers: somebody can release it now who could not before, and the other way round
	return change(what, !asTight, !asLoose);
}

/** Whoever satisfies `strong` has satisfied `weak` too. */
function implies(strong: readonly HoldDemand[], weak: readonly HoldDemand[]): boolean {
	return weak.every((w) => strong.some((s) => s.quorum >= w.quorum && within(s.approvers, w.approvers)));
}

/** No approvers means anybody with the role, so everything is within that. */
function within(few: readonly string[], many: readonly string[]): boolean {
	if (many.length === 0) return true;
	return few.length > 0 && few.every((approver) => many.includes(approver));
}

function sameApprovers(from: readonly HoldDemand[], to: readonly HoldDemand[]): boolean {
	const spell = (demands: readonly HoldDemand[]) =>
		JSON.stringify([...new Set(demands.map((d) => JSON.stringify([...d.approvers].sort())))].sort());
	return spell(from) === spell(to);
}
