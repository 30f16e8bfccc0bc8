import type { CompiledPolicy, RuleInfo } from '../policy/types.ts';
import { engineFingerprint, ruleFingerprint } from './fingerprint.ts';

/** The name under which what judges beside the rules stands among them. No rule can have it: ids have a slash. */
export const ENGINE = 'engine';

/** Instead of a hash: the policy has no such rule. */
export const ABSENT = 'absent';

/** A rule, or the engine, that is not the same in two policies. */
export interface Changed {
	readonly rule: string;
	/** Hash, or `absent`. */
	readonly from: string;
	readonly to: string;
}

/** What can be accepted of a difference is decided by. */
export interface Blame {
	/** Rules with a reason that only one side has, apart from warnings. */
	readonly causes: readonly string[];
}

/** How two policies differ, rule by rule. */
export interface PolicyChanges {
	/** Sorted by rule; the engine is last. */
	readonly changed: readonly Changed[];
	/** Hash of a rule (or the engine) in the policy before, `absent` if it has none. */
	from(rule: string): string;
	to(rule: string): string;
	/**
	 * All that may have made a difference, sorted: a difference is explained only if each of them is. Empty: nothing
	 * changed that could have.
	 *
	 * Where a cause has changed itself, it is to answer, and with it whatever changed in what it reads: rules that set
	 * labels, rules that decide what counts as a call. So is a changed rule that reads what these decide: without its change
	 * it might have spoken. A cause that has not changed only passes on what others did, and where no reason differs nobody
	 * can say which change it was. When in doubt, one more has to answer.
	 *
	 * With the changes of those that answer alone, the frame gets what it gets with all. (Not looked at: a rule that has not
	 * changed and says nothing in either policy, and would under counts that neither has.)
	 */
	accountable(blame: Blame): readonly string[];
}

type Side = Omit<CompiledPolicy, 'wasm'>;

/** What changed between two policies, and what has to answer for a difference. */
export function policyChanges(from: Side, to: Side): PolicyChanges {
	const [before, after] = [hashes(from), hashes(to)];
	const hashIn = (side: ReadonlyMap<string, string>) => (rule: string) => side.get(rule) ?? ABSENT;
	const ids = [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
	const changed = ids
		.sort((a, b) => (a === ENGINE ? 1 : b === ENGINE ? -1 : a < b ? -1 : 1))
		.map((rule) => ({ rule, from: hashIn(before)(rule), to: hashIn(after)(rule) }));
	const suspects = new Suspects(
		changed.map(({ rule }) => rule),
		[...from.rules, ...to.rules],
	);
	return {
		changed,
		from: hashIn(before),
		to: hashIn(after),
		accountable: ({ causes }) => suspects.for(causes),
	};
}

function hashes(policy: Side): ReadonlyMap<string, string> {
	const rules = policy.rules.map(({ id }) => [id, ruleFingerprint(policy, id)!] as const);
	return new Map([...rules, [ENGINE, engineFingerprint(policy)]]);
}

class Suspects {
	readonly #changed: ReadonlySet<string>;
	/** Both versions of each rule. */
	readonly #infos: ReadonlyMap<string, readonly RuleInfo[]>;

	constructor(changed: readonly string[], infos: readonly RuleInfo[]) {
		this.#changed = new Set(changed);
		this.#infos = Map.groupBy(infos, ({ id }) => id);
	}

	for(causes: readonly string[]): string[] {
		const found = causes.map((cause) => this.#behind([cause]));
		// what passes on nothing that has changed, nobody can explain
		const lost = causes.length === 0 || found.some((rules) => rules.length === 0);
		const all = lost ? [...this.#changed] : this.#together(found.flat());
		// the engine judges every rule
		return [...new Set(this.#changed.has(ENGINE) ? [...all, ENGINE] : all)].sort();
	}

	/** With changed rules that would have spoken if only the others had changed, and so on. */
	#together(rules: readonly string[]): string[] {
		const found = new Set(this.#behind(rules));
		for (const rule of found) {
			const silenced = this.#reached(rule, (one, next) => this.#mayMove(one, next)).filter((next) =>
				this.#changed.has(next),
			);
			for (const other of this.#behind(silenced)) found.add(other);
		}
		return [...found];
	}

	/** The changed ones among these rules and those that may have changed what they read, through any others. */
	#behind(rules: readonly string[]): string[] {
		const all = rules.flatMap((rule) => [rule, ...this.#reached(rule, (one, next) => this.#mayMove(next, one))]);
		return [...new Set(all)].filter((rule) => this.#changed.has(rule));
	}

	#reached(rule: string, leads: (one: string, next: string) => boolean): string[] {
		const seen = new Set([rule]);
		for (const one of seen) {
			for (const next of this.#infos.keys()) if (!seen.has(next) && leads(one, next)) seen.add(next);
		}
		return [...seen];
	}

	/** Whether what `other` says of earlier frames may change what `rule` says of this one. */
	#mayMove(other: string, rule: string): boolean {
		return (
			(this.#sets(other, ['label']) && this.#reads(rule, LABELS)) ||
			(this.#sets(other, STOPS) && this.#reads(rule, WENT_ON))
		);
	}

	#sets(rule: string, sets: readonly string[]): boolean {
		return (this.#infos.get(rule) ?? []).some((info) => info.sets.some((set) => sets.includes(set)));
	}

	#reads(rule: string, facts: readonly string[]): boolean {
		return (this.#infos.get(rule) ?? []).some(
			({ reads }) => reads == null || reads.some((path) => facts.some((fact) => overlap(path, fact))),
		);
	}
}

const LABELS = ['input.session.labels', 'input.recent.labels'];
/** What follows from which frames went on: counts, and what client and server have said of themselves. */
const WENT_ON = [
	'input.session.calls',
	'input.session.protocol',
	'input.recent.calls',
	'input.client',
	'input.tool.annotations',
	'input.tool.definition',
];
const STOPS = ['deny', 'hold'];

function overlap(a: string, b: string): boolean {
	return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
