import { loadPolicy } from '@open-policy-agent/opa-wasm';
import fc from 'fast-check';
import t from 'tap';
import { concats } from '../../../engine/policy/builtins/concats.ts';
import { ENTRYPOINT, generate } from '../../../engine/policy/generate.ts';
import { fromJson } from '../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

interface Decision {
	reasons: Record<string, unknown>[];
	labels: Record<string, unknown>[];
	malformed: { rule: string; set: string; why: string }[];
}

/** What a module asks of its host. */
const HOST = {
	'internal.template_string': (parts: unknown) => concats['internal.template_string'](undefined, fromJson(parts)),
};

/** The decision of these modules as the package on npm evaluates it: the shape check of `check` is left out. */
async function policy(
	...texts: string[]
): Promise<(input: unknown, levels?: Record<string, string>, data?: object) => Decision> {
	const modules = texts.map((text, i) => ({ path: `m${i}.rego`, text }));
	const { packages } = await compiler.request('inspect', { modules });
	const { wasm } = await compiler.request('compile', {
		modules: [...modules, ...generate(packages)],
		entrypoints: [ENTRYPOINT],
	});
	const loaded = await loadPolicy(Buffer.from(wasm, 'base64'), undefined, HOST);
	return (input, levels, data = {}) => {
		loaded.setData({ ...data, ...(levels === undefined ? {} : { sluice: { levels } }) });
		return (loaded.evaluate(input, ENTRYPOINT) as [{ result: Decision }])[0].result;
	};
}

const ALL = `# METADATA
# title: Everything
# custom:
#   severity: high
package rules.a.b

deny contains input.deny
hold contains input.hold
mask contains input.mask
warn contains input.warn
label contains input.label
`;

t.test('a member becomes a reason or a label with what METADATA says', async (t) => {
	const decide = await policy(ALL);
	const about = { rule: 'a/b', level: 'enforce', title: 'Everything', severity: 'high' };
	t.same(
		decide({ deny: 'no', warn: { message: 'hm' } }).reasons.sort((a, b) => (`${a['set']}` < `${b['set']}` ? -1 : 1)),
		[
			{ ...about, set: 'deny', message: 'no' },
			{ ...about, set: 'warn', message: 'hm' },
		],
	);
	const hold = { message: 'ask', approvers: ['group:x', 'user:y'], quorum: 2, timeout: '10m', grant: '1h30m' };
	t.same(decide({ hold }), { reasons: [{ ...about, set: 'hold', ...hold }], labels: [], malformed: [] });
	const mask = { message: 'hide', path: '$.result', op: 'replace', with: { any: [null] } };
	t.same(decide({ mask }).reasons, [{ ...about, set: 'mask', ...mask }]);
	t.same(decide({ label: 'seen' }).labels, [{ rule: 'a/b', level: 'enforce', label: 'seen' }]);
	const label = { label: 'seen', scope: 'principal', for: '45s' };
	t.same(decide({ label }).labels, [{ rule: 'a/b', level: 'enforce', ...label }]);
	t.same(decide({}), { reasons: [], labels: [], malformed: [] });
});

t.test('levels: off is not evaluated, shadow is told, none is enforce', async (t) => {
	const decide = await policy(ALL, 'package rules.c.d\n\nlabel contains "x"\n\nwarn := true');
	t.same(decide({ deny: 7 }, { 'a/b': 'off', 'c/d': 'off' }), { reasons: [], labels: [], malformed: [] });
	t.match(decide({ deny: 'no' }, { 'a/b': 'shadow', 'c/d': 'off' }).reasons, [{ level: 'shadow', set: 'deny' }]);
	t.match(decide({ deny: 'no' }, {}), { reasons: [{ level: 'enforce' }], labels: [{ level: 'enforce' }] });
});

t.test('data that comes after compiling counts: nothing is decided at build time', async (t) => {
	const decide = await policy(`package rules.a.b

deny contains "not on the list" if not input.tool in data.allowed

warn contains m if some m in data.more`);
	t.match(decide({ tool: 'x' }, {}, { allowed: ['y'] }).reasons, [{ message: 'not on the list' }]);
	t.same(decide({ tool: 'x' }, {}, { allowed: ['x'] }).reasons, []);
	t.match(decide({ tool: 'x' }, {}, { allowed: ['x'], more: ['late'] }).reasons, [{ message: 'late' }]);
});

t.test('a set that is no set is malformed, whatever else it is', async (t) => {
	for (const text of [
		'deny := true',
		'deny if true',
		'deny["x"] := 1',
		'deny.a contains 1',
		'deny := {"x"}',
		'deny(x) := x',
		'default deny := false',
	]) {
		const decide = await policy(`package rules.a.b\n\n${text}\n`, 'package rules.c.d\n\nwarn contains "still here"');
		const { malformed, reasons } = decide({});
		t.match(malformed, [{ rule: 'a/b', set: 'deny', why: 'it is not a partial set' }], text);
		t.match(reasons, [{ message: 'still here' }]);
		t.same(decide({}, { 'a/b': 'off' }).malformed, []);
	}
});

t.test('packages that are no rules are not asked; a policy without rules decides too', async (t) => {
	const decide = await policy('package rules.a\n\ndeny contains "x"', 'package rules.a.b.c\n\ndeny contains "x"');
	t.same(decide({}), { reasons: [], labels: [], malformed: [] });
	t.same((await policy('package lib.x'))({}), { reasons: [], labels: [], malformed: [] });
});

t.test('names that are words of Rego work', async (t) => {
	const decide = await policy('package rules.import.not\n\ndeny contains "x"');
	t.match(decide({}).reasons, [{ rule: 'import/not', message: 'x' }]);
});

/** The table of contract §2, told a second time. */
const FIELDS: Record<string, Record<string, (value: unknown) => boolean>> = {
	deny: { message: isString },
	warn: { message: isString },
	hold: { message: isString, approvers: isApprovers, quorum: isQuorum, timeout: isDuration, grant: isDuration },
	mask: {
		message: isString,
		path: isFilled,
		finding: isFilled,
		op: (v) => ['redact', 'partial', 'hash', 'remove', 'replace'].includes(v as string),
		with: () => true,
	},
	label: { label: isFilled, scope: (v) => v === 'session' || v === 'principal', for: isDuration },
};

function isString(v: unknown): boolean {
	return typeof v === 'string';
}
function isFilled(v: unknown): boolean {
	return typeof v === 'string' && v !== '';
}
function isQuorum(v: unknown): boolean {
	return typeof v === 'number' && Number.isInteger(v) && v >= 1;
}
function isDuration(v: unknown): boolean {
	return typeof v === 'string' && v.length <= 32 && /^(\d+(ms|s|m|h|d))+$/.test(v) && /[1-9]/.test(v);
}
function isApprovers(v: unknown): boolean {
	return Array.isArray(v) && v.length > 0 && v.every((a) => typeof a === 'string' && /^(group|user):[^\n]/.test(a));
}

function wellFormed(set: string, member: unknown): boolean {
	if (typeof member === 'string') return set === 'label' ? member !== '' : set !== 'mask';
	if (typeof member !== 'object' || member === null || Array.isArray(member)) return false;
	const fields = FIELDS[set]!;
	const all = Object.entries(member);
	if (!all.every(([key, value]) => Object.hasOwn(fields, key) && fields[key]!(value))) return false;
	const has = (key: string) => Object.hasOwn(member, key);
	if (!has(Object.keys(fields)[0]!)) return false;
	if (set !== 'mask') return true;
	const replaces = (member as { op?: unknown }).op === 'replace';
	return has('path') !== has('finding') && replaces === has('with');
}

const value = fc.oneof(
	fc.constantFrom(
		'10m',
		'0s',
		'1h30m',
		'',
		'x',
		'redact',
		'replace',
		'remove',
		'session',
		'principal',
		'group:x',
		'$.params',
		'secret/*',
	),
	fc.constantFrom(1, 0, 2, 1.5, -1, true, null),
	fc.constantFrom<unknown>([], ['group:x'], ['user:'], ['group:a', 'user:b'], ['x'], [1], {}, { message: 'x' }),
	fc
		.jsonValue({ maxDepth: 2, depthSize: 'small', noUnicodeString: true } as never)
		.filter((v) => !/e[+-]?\d/.test(JSON.stringify(v))),
);
/** Good values, so that most often at most one thing is wrong. */
const GOOD: Record<string, unknown[]> = {
	message: ['m', ''],
	approvers: [['group:x'], ['group:a', 'user:b']],
	quorum: [1, 2],
	timeout: ['10m', '1h30m'],
	grant: ['45s'],
	path: ['$.result'],
	finding: ['secret/*'],
	op: ['redact', 'replace', 'remove', 'partial', 'hash'],
	with: [null, 'x', { a: [1] }],
	label: ['x'],
	scope: ['session', 'principal'],
	for: ['1h'],
};
const BAD: Record<string, unknown[]> = {
	approvers: [[], ['user:'], ['x'], [1], {}],
	quorum: [0, -1, 1.5, '2'],
	timeout: ['0s', '', '10', 10, '1m'.repeat(17)],
	path: [''],
	label: [''],
};
const field = (name: string) =>
	fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom(...GOOD[name]!) },
		{ weight: 1, arbitrary: fc.constantFrom(...(BAD[name] ?? [null])) },
		{ weight: 1, arbitrary: value },
	);
const SETS = ['deny', 'hold', 'mask', 'warn', 'label'];

/** A set with a member of any shape, mostly one that is nearly right. */
const said = fc.constantFrom(...SETS).chain((set) => {
	const fields = Object.keys(FIELDS[set]!);
	const right = fc.record(Object.fromEntries(fields.map((name) => [name, field(name)])), {
		requiredKeys: [fields[0]!],
	});
	const odd = fc.record(
		{ ...Object.fromEntries(fields.map((name) => [name, field(name)])), other: value },
		{ requiredKeys: [] },
	);
	return fc.tuple(
		fc.constant(set),
		fc.oneof({ weight: 6, arbitrary: right }, { weight: 1, arbitrary: odd }, { weight: 1, arbitrary: value }),
	);
});

t.test('the decision is total: every member is either used or named', async (t) => {
	const decide = await policy(ALL);
	const seen = { good: 0, bad: 0 };
	fc.assert(
		fc.property(said, ([set, one]) => {
			const { reasons, labels, malformed } = decide({ [set]: one });
			const good = wellFormed(set, one);
			seen[good ? 'good' : 'bad']++;
			if (!good) {
				return (
					reasons.length === 0 &&
					labels.length === 0 &&
					malformed.length > 0 &&
					malformed.every((m) => m.rule === 'a/b' && m.set === set)
				);
			}
			const [used, none] = set === 'label' ? [labels, reasons] : [reasons, labels];
			const fields = typeof one === 'string' ? { [set === 'label' ? 'label' : 'message']: one } : (one as object);
			return (
				malformed.length === 0 &&
				none.length === 0 &&
				used.length === 1 &&
				Object.entries(fields).every(([key, v]) => JSON.stringify(sorted(used[0]![key])) === JSON.stringify(sorted(v)))
			);
		}),
		{ numRuns: 2000 },
	);
	t.ok(seen.good > 100 && seen.bad > 100, `${seen.good} good, ${seen.bad} bad`);
});

function sorted(v: unknown): unknown {
	if (Array.isArray(v)) return v.map(sorted);
	if (typeof v !== 'object' || v === null) return Object.is(v, -0) ? 0 : v;
	return Object.fromEntries(
		Object.entries(v)
			.sort()
			.map(([k, x]) => [k, sorted(x)]),
	);
}

t.test('what is wrong with a member is said without its values', async (t) => {
	const decide = await policy(ALL);
	const secret = 'ghp_0123456789';
	const { malformed } = decide({
		hold: { message: 'm', timeout: secret, approvers: secret, [secret]: secret },
		mask: { message: 'm', finding: 'x', op: secret },
		deny: [secret],
	});
	t.equal(malformed.length, 5);
	t.notMatch(JSON.stringify(malformed), secret);
});

t.test('the interpreter decides the same', async (t) => {
	const modules = [{ path: 'a.rego', text: ALL }];
	const { packages } = await compiler.request('inspect', { modules });
	const decide = await policy(ALL);
	const inputs = [{ deny: 'no' }, { hold: { message: 1 } }, { mask: { message: 'm', path: '$.x' } }, {}, { label: [] }];
	const { outcomes } = await compiler.request('eval', {
		modules: [...modules, ...generate(packages)],
		query: 'data.sluice.main.decision',
		inputs,
	});
	for (const [i, input] of inputs.entries()) t.same(decide(input), outcomes[i]!.value);
});
