import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { readDocument } from '../../../../engine/input/document.ts';
import { judgeInput } from '../../../../engine/judge.ts';
import { compilePolicy } from '../../../../engine/policy/compile.ts';
import { explainInput } from '../../../../engine/policy/explain/explain.ts';
import type { ExplainedDefinition } from '../../../../engine/policy/explain/explained-set.ts';
import { loadPolicy, type Policy } from '../../../../engine/policy/load.ts';
import { readPolicySource } from '../../../../engine/policy/source.ts';
import type { PolicySource } from '../../../../engine/policy/types.ts';
import { recordedInput } from '../../../../engine/recorded-input.ts';
import { parseSessions } from '../../../../engine/recording/session-file.ts';
import { replay } from '../../../../engine/replay.ts';
import { CACHE, COLD, openTestCompiler, sourceOf } from '../compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());
const OPTIONS = { hashKey: Buffer.alloc(32), inputLimit: Number.POSITIVE_INFINITY };

async function policyOf(source: PolicySource): Promise<Policy> {
	return loadPolicy(await compilePolicy(source, { detectors: ['secrets', 'pii'] }, 'test', compiler, CACHE));
}

async function explained(policy: Policy, input: object | Uint8Array) {
	const { bytes, about } = readDocument(input);
	return explainInput(policy, compiler, bytes, about, judgeInput(policy, bytes, about, OPTIONS));
}

/** A definition in few words: where it failed, with the values, and why its helpers did. */
function words({ row, fired, failed }: ExplainedDefinition): string {
	if (failed === undefined) return `${row} fired ${fired}`;
	const { text, values, helpers = [], passed, tries } = failed;
	const known = values
		.map((list) => list.map((v) => `${v.text}=${v.value?.rego ?? 'undefined'}`).join(' '))
		.join(' / ');
	const why = helpers.map(
		(h) => ` {${h.name}=${h.value?.rego ?? 'undefined'}: ${h.definitions.map(words).join('; ')}}`,
	);
	return `${row} ${passed}+ ${text}${tries > 1 ? ` x${tries}` : ''} [${known}]${why.join('')}`;
}

const RULES = `package rules.money.limit

import data.lib.people

deny contains "too much" if {
	input.method == "tools/call"
	input.tool.arguments.amount > _limit
}

deny contains "a stranger" if {
	input.method == "tools/call"
	not people.known(input.principal.id)
}

hold contains "a weekend" if {
	input.tool.arguments.amount > 10
	_weekend
}

deny contains $"closed: {word}" if {
	some word in data.closed
	word == input.tool.name
}

warn contains "approved" if input.tool.arguments.approved == true

deny contains "not for tools" if input.method == "ping"

mask contains {"message": "no card", "finding": "pii/*"} if {
	input.tool.arguments.amount > 10
	every item in input.tool.arguments.items { item.price < 5 }
}

label contains input.tool.arguments.mark if input.method

_limit := 100

_weekend if input.time.weekday == "Saturday"

_weekend if {
	input.time.hour > 20
	people.asleep
}
`;
const PEOPLE = `package lib.people

known(id) if id in data.people

asleep if not awake

awake if input.time.hour < 23
`;
const INPUT = {
	version: 1,
	from: 'client',
	kind: 'request',
	method: 'tools/call',
	tool: { name: 'pay', arguments: { amount: 50, items: [{ price: 1 }, { price: 7 }] } },
	principal: { id: 'ana' },
	time: { ns: 1_760_000_000_000_000_001n.toString(), weekday: 'Monday', hour: 21 },
};
const money = await policyOf(
	sourceOf(
		{ 'limit.rego': RULES, 'people.rego': PEOPLE },
		{ closed: ['exec', 'shell'], people: ['ana'], config: { rules: {} } },
	),
);

t.test('each definition says where it failed, with values, into the helpers', async (t) => {
	const { rules, disagreements } = await explained(money, INPUT);
	t.same(disagreements, []);
	t.same(
		rules[0]!.definitions.map((one) => `${one.set} ${one.outcome} ${words(one)}`),
		[
			'deny near 5 1+ input.tool.arguments.amount > _limit [input.tool.arguments.amount=50 _limit=100]',
			'deny near 10 1+ not people.known(input.principal.id) [input.principal.id="ana"] {people.known(input.principal.id)=true: 3 fired 1}',
			'deny elsewhere 20 1+ word == input.tool.name x2 [word="exec" input.tool.name="pay" / word="shell" input.tool.name="pay"]',
			'deny elsewhere 27 0+ input.method == "ping" [input.method="tools/call"]',
			'hold near 15 1+ _weekend [_weekend=undefined] {_weekend=undefined: ' +
				'38 0+ input.time.weekday == "Saturday" [input.time.weekday="Monday"]; ' +
				'40 1+ people.asleep [people.asleep=undefined] {people.asleep=undefined: 5 0+ not awake [awake=true] {awake=true: 7 fired 1}}}',
			'mask near 29 1+ every item in input.tool.arguments.items { item.price < 5 } [input.tool.arguments.items=[{"price": 1}, {"price": 7}]]',
			'warn unmet 25 0+ input.tool.arguments.approved == true [input.tool.arguments.approved=undefined]',
			'label near 34 1+ label contains input.tool.arguments.mark [input.tool.arguments.mark=undefined]',
		],
	);
});

t.test('what fired, and what it counts for', async (t) => {
	const config = {
		rules: { 'a/shadow': { level: 'shadow' }, 'a/off': { level: 'off' } },
		exceptions: [{ rule: 'a/excepted', until: '2999-01-01T00:00:00Z', reason: 'a migration', by: 'ana' }],
	};
	const deny = (name: string) => [`${name}.rego`, `package rules.a.${name}\n\ndeny contains "no" if input.method\n`];
	const files = Object.fromEntries(['shadow', 'off', 'excepted', 'plain'].map(deny)) as Record<string, string>;
	const mask = 'package rules.a.mask\n\nmask contains {"message": "x", "path": "$.params.none"} if input.method\n';
	const policy = await policyOf(sourceOf({ ...files, 'mask.rego': mask }, { config }));
	const { rules, disagreements } = await explained(policy, INPUT);
	t.same(disagreements, []);
	t.same(Object.fromEntries(rules.map(({ rule, sets }) => [rule, sets[0]!.effect])), {
		'a/excepted': { kind: 'excepted', until: '2999-01-01T00:00:00Z', reason: 'a migration', by: 'ana' },
		'a/mask': { kind: 'nothing' },
		'a/off': { kind: 'off' },
		'a/plain': { kind: 'counts' },
		'a/shadow': { kind: 'shadow' },
	});
	t.same(rules[3]!.sets[0]!.members, [{ rego: '"no"', bytes: 4 }]);
});

t.test('a set that has no value says so', async (t) => {
	const text = `package rules.a.b

deny contains "x" if _one == 1

_one := 1 if input.method

_one := 2 if input.from
`;
	const { rules } = await explained(await policyOf(sourceOf({ 'p.rego': text })), INPUT);
	t.match(rules[0]!.sets[0]!.error, /_one produced conflicting values/);
});

t.test('a rule that the index does not ask of this frame looks elsewhere', async (t) => {
	const text =
		'package rules.a.b\n\ndeny contains "x" if {\n\tinput.tool.arguments.amount > 90\n\tinput.method == "ping"\n}\n';
	const { rules } = await explained(await policyOf(sourceOf({ 'p.rego': text })), INPUT);
	t.equal(rules[0]!.definitions[0]!.outcome, 'elsewhere');
});

t.test('numbers and texts of all kinds go through', async (t) => {
	const text = 'package rules.a.b\n\nwarn contains $"{input.tool.arguments}" if input.tool.arguments.big == 1\n';
	const input = `{"from":"client","method":"tools/call","tool":{"name":"x","arguments":{"big":123456789012345678901,"t":"a\\u0007\\u2028\\ud83d\\ude00\\"<"}}}`;
	const { rules } = await explained(await policyOf(sourceOf({ 'p.rego': text })), Buffer.from(input));
	t.match(words(rules[0]!.definitions[0]!), '[input.tool.arguments.big=123456789012345678901]');
	const more = 'package rules.a.b\n\nwarn contains "x" if input.tool.arguments == {input.tool.name}\n';
	const other = await explained(await policyOf(sourceOf({ 'p.rego': more })), Buffer.from(input));
	t.match(words(other.rules[0]!.definitions[0]!), '"t": "a\\u0007\\u2028😀\\"<"');
});

t.test('where the engines differ, it is said', async (t) => {
	const evaluator = {
		...money.evaluator,
		evaluate: () => ({
			ok: true as const,
			decision: {
				reasons: [{ rule: 'money/limit', set: 'deny', level: 'enforce', message: 'odd' }],
				labels: [],
				malformed: [],
			},
		}),
	};
	const fired = { ...INPUT, tool: { name: 'exec', arguments: { mark: 'm' } } };
	const { disagreements } = await explained({ ...money, evaluator }, fired);
	t.same(disagreements, [
		{ rule: 'money/limit', set: 'deny', member: 'odd', only: 'module' },
		{ rule: 'money/limit', set: 'deny', member: 'closed: exec', only: 'interpreter' },
		{ rule: 'money/limit', set: 'label', member: 'm', only: 'interpreter' },
	]);
});

t.test('in fixtures of the library, explanation and engine agree', async (t) => {
	const policy = await policyOf(await readPolicySource('policies'));
	let frames = 0;
	let fired = 0;
	for (const file of globSync('policy-test-fixtures/**/*.jsonl').sort()) {
		for (const { header, lines } of parseSessions(readFileSync(file), file)) {
			// some of each session: a frame takes a fifth of a second
			for (const { seq } of [...lines].filter((_, i) => i % 9 === 6)) {
				const recorded = await recordedInput(header, lines, policy, seq);
				const input = recorded?.inputs[0];
				if (input === undefined) continue;
				const { rules, disagreements } = await explained(policy, input.bytes);
				t.same(disagreements, [], `${file} ${seq}`);
				frames++;
				fired += rules.flatMap(({ definitions }) => definitions).filter(({ outcome }) => outcome === 'fired').length;
			}
		}
	}
	t.ok(frames > 10 && fired > 10, `${frames} frames, ${fired} definitions fired`);
});

t.test('a recorded frame is judged as replay judges it, with the whole document', async (t) => {
	const policy = await policyOf(await readPolicySource('policies'));
	const file = 'policy-test-fixtures/secrets/read-config.session.jsonl';
	const [{ header, lines }] = parseSessions(readFileSync(file), file) as [ReturnType<typeof parseSessions>[number]];
	for await (const { line, judgement } of replay(header, lines, policy)) {
		const recorded = await recordedInput(header, lines, policy, line.seq);
		t.same(recorded?.replayed.judgement, judgement, `seq ${line.seq}`);
		const document = JSON.parse(String(recorded?.inputs[0]?.bytes));
		t.equal(document.session.seq, line.seq);
		t.ok(
			'recent' in document &&
				'transport' in document &&
				('params' in document || 'result' in document || line.seq === 3),
		);
	}
	t.equal(await recordedInput(header, lines, policy, 99), undefined);
});
