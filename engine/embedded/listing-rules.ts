import type { Policy } from '../policy/load.ts';
import type { CompiledPolicy, RuleInfo } from '../policy/types.ts';

/**
 * What is not known of a tool that nobody calls yet: the call itself, but for the name, what was called before it, and
 * when it will be.
 */
const UNKNOWN_YET = [
	'input.tool.arguments',
	'input.session.calls',
	'input.session.seq',
	'input.session.started_ns',
	'input.recent.calls',
	'input.time',
];

/** All that is known of its params. */
const NAME = 'input.params.name';

/** Built-ins whose answer another moment, or another frame, changes. */
const MOMENTARY = /\bnow_ns\b|\brand\s*\.|\buuid\b/;

const known = new WeakMap<readonly RuleInfo[], ReadonlySet<string>>();

/**
 * The rules whose deny takes a tool out of a list (contract §6): those that read neither arguments nor counts nor time,
 * by what the compiler found. One of which it found nothing is none.
 */
export function listingRules({ rules, compiled }: Pick<Policy, 'rules' | 'compiled'>): ReadonlySet<string> {
	let ids = known.get(rules);
	if (ids === undefined) {
		const some = rules.filter((rule) => rule.sets.includes('deny') && readsOnlyWhatIsKnown(rule));
		ids = new Set(some.filter((rule) => !isMomentary(rule, compiled)).map(({ id }) => id));
		known.set(rules, ids);
	}
	return ids;
}

function readsOnlyWhatIsKnown({ reads }: RuleInfo): boolean {
	if (reads === undefined || reads === null) return false;
	return reads.every((path) => {
		if (within(path, 'input.params')) return within(path, NAME);
		return !UNKNOWN_YET.some((unknown) => within(path, unknown) || within(unknown, path)) && path !== 'input';
	});
}

function within(a: string, b: string): boolean {
	return a === b || a.startsWith(`${b}.`);
}

/** Whether its Rego, or any that it may use, mentions such a built-in at all. */
function isMomentary({ uses }: RuleInfo, { modules }: CompiledPolicy): boolean {
	const own = uses === undefined ? modules : modules.filter(({ path }) => uses.files.includes(path));
	const texts = own.length === 0 ? modules : own;
	return texts.some(({ text }) => MOMENTARY.test(text));
}
