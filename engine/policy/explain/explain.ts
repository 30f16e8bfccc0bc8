import type { JudgedInput } from '../../judge.ts';
import { type Compiler, CompilerRefusal } from '../compiler.ts';
import { readPolicyConfig } from '../config-data.ts';
import { generate } from '../generate.ts';
import { indexTable } from '../index-table.ts';
import type { Judgement, Level, RuleSet } from '../judgement.ts';
import type { Policy } from '../load.ts';
import { PolicyError } from '../policy-error.ts';
import { comparedWithEngine, type Disagreement } from './agreement.ts';
import type { ExplainedDefinition, ExplainedSet, ValueText } from './explained-set.ts';

/**
 * How a definition came out: it `fired`; it came `near` (something before the expression that failed was true); it
 * failed at the first (`unmet`); it looks at frames `elsewhere`, by who sent them, kind, method or tool.
 */
export type Outcome = 'fired' | 'near' | 'unmet' | 'elsewhere';

/** A definition of a set, with what became of it. */
export interface JudgedDefinition extends ExplainedDefinition {
	readonly set: RuleSet;
	readonly outcome: Outcome;
}

/** A rule package for one input. */
export interface ExplainedRule {
	readonly rule: string;
	readonly level: Level;
	readonly sets: readonly {
		readonly set: RuleSet;
		readonly members: readonly ValueText[];
		/** What the set counts for in the verdict; absent: it has no members. */
		readonly effect?: Effect;
		readonly error?: string;
	}[];
	readonly definitions: readonly JudgedDefinition[];
}

/**
 * What members of a set did: `counts` as what it is; `shadow` and `excepted` became warnings; `off` was not asked;
 * `nothing`: a mask that covers nothing in the frame.
 */
export type Effect =
	| { readonly kind: 'counts' | 'shadow' | 'off' | 'nothing' }
	| { readonly kind: 'excepted'; readonly until: string; readonly reason: string; readonly by?: string };

/** Why a policy says what it says of one input. */
export interface Explanation {
	readonly rules: readonly ExplainedRule[];
	/** Where OPA's interpreter, which explains, and the module, which judges, say otherwise. Empty, or there is a bug. */
	readonly disagreements: readonly Disagreement[];
}

/**
 * Explains the judgement of an input document. Nothing here decides anything: the judgement is the engine's, and what the
 * interpreter makes of the same rules and input is compared with it.
 *
 * @throws {PolicyError} `ERR_POLICY_REFUSED` when the interpreter does not take the policy
 * @throws {SluiceError} when there is no compiler or it ends
 */
export async function explainInput(
	policy: Policy,
	compiler: Compiler,
	input: Uint8Array,
	about: JudgedInput,
	judgement: Judgement,
): Promise<Explanation> {
	const { modules, builtins, data } = policy.compiled;
	const ids = policy.rules.map(({ id }) => id);
	const { levels } = readPolicyConfig(data, ids);
	const sets = await asked();
	const { from, kind, method, scope } = about;
	const groups = new Set(
		policy.index.groupsFor({ from, kind, method, ...(scope.tool === undefined ? {} : { tool: scope.tool }) }),
	);
	const active = new Set(policy.index.groups.filter(({ name }) => groups.has(name)).flatMap(({ rules }) => rules));
	return {
		rules: ids.map((rule) => {
			const own = sets.filter((set) => set.package === `data.rules.${rule.replace('/', '.')}`);
			const level = levels[rule] ?? 'enforce';
			return explainedRule(rule, level, own, active.has(rule), judgement);
		}),
		disagreements: comparedWithEngine(policy, input, about, sets, levels),
	};

	async function asked(): Promise<readonly ExplainedSet[]> {
		try {
			const { packages } = await compiler.request('inspect', { modules, builtins });
			const answer = await compiler.request('explain', {
				modules: [...modules, ...generate(packages)],
				builtins,
				data: { ...data, sluice: { levels, index: indexTable(policy.index) } },
				input: Buffer.from(input).toString('utf8'),
				nowNs: String(about.scope.nowNs),
			});
			return answer.sets;
		} catch (error) {
			if (!(error instanceof CompilerRefusal)) throw error;
			throw new PolicyError('ERR_POLICY_REFUSED', `the policy cannot be explained: ${error.message}`, []);
		}
	}
}

function explainedRule(
	rule: string,
	level: Level,
	sets: readonly ExplainedSet[],
	active: boolean,
	judgement: Judgement,
): ExplainedRule {
	return {
		rule,
		level,
		sets: sets.map(({ set, members, error }) => {
			const effect = members.length === 0 ? undefined : effectOf(rule, set as RuleSet, level, judgement);
			return {
				set: set as RuleSet,
				members,
				...(effect === undefined ? {} : { effect }),
				// what follows are values, cut already: half a secret is not found any more
				...(error === undefined ? {} : { error: error.message.split('\n')[0]!.replace(/:$/, '') }),
			};
		}),
		definitions: sets.flatMap(({ set, definitions }) =>
			definitions.map((one) => ({ ...one, set: set as RuleSet, outcome: outcomeOf(one, active) })),
		),
	};
}

function outcomeOf({ fired, failed }: ExplainedDefinition, active: boolean): Outcome {
	if (fired > 0) return 'fired';
	if (failed?.guard === true || !active) return 'elsewhere';
	return (failed?.passed ?? 0) > 0 ? 'near' : 'unmet';
}

function effectOf(rule: string, set: RuleSet, level: Level, judgement: Judgement): Effect {
	if (level === 'off') return { kind: 'off' };
	if (set === 'label') return { kind: level === 'shadow' ? 'shadow' : 'counts' };
	const reasons = judgement.reasons.filter((reason) => reason.rule === rule && (reason.was ?? reason.set) === set);
	const excepted = reasons.find((reason) => reason.excepted !== undefined)?.excepted;
	if (excepted !== undefined) return { kind: 'excepted', ...excepted };
	if (level === 'shadow') return { kind: 'shadow' };
	return { kind: set === 'mask' && reasons.length === 0 ? 'nothing' : 'counts' };
}
