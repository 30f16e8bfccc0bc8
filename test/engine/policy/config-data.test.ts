import t from 'tap';
import { inspectPolicyConfig, readPolicyConfig } from '../../../engine/policy/config-data.ts';
import type { ExceptionScope } from '../../../engine/policy/decision.ts';
import { parseRfc3339 } from '../../../engine/policy/rfc3339.ts';

const IDS = ['shell/closed', 'shell/open', 'secrets/leak'];
const read = (config: unknown) => readPolicyConfig({ config }, IDS);

t.test('every rule has a level', async (t) => {
	t.same(readPolicyConfig({}, IDS), {
		levels: { 'shell/closed': 'enforce', 'shell/open': 'enforce', 'secrets/leak': 'enforce' },
		exceptions: [],
		allow: [],
	});
	t.same(read({ level: 'shadow', rules: { 'shell/open': { level: 'off' }, 'secrets/leak': { other: 1 } } }).levels, {
		'shell/closed': 'shadow',
		'shell/open': 'off',
		'secrets/leak': 'shadow',
	});
});

t.test('what is wrong is an error with what was meant', async (t) => {
	const exception = { rule: 'shell/closed', until: '2030-01-01T00:00:00Z', reason: 'r' };
	const cases: [config: unknown, message: RegExp, help?: RegExp][] = [
		[[], /must be an object/],
		[{ level: 'enforced' }, /no level/, /did you mean `enforce`/],
		[{ level: false }, /`false`, which is no level/],
		[{ rules: { 'shell/closd': { level: 'off' } } }, /no rule `shell\/closd`/, /did you mean `shell\/closed`/],
		[{ rules: { 'shell/closed': 'off' } }, /must be an object/],
		[{ rules: { 'shell/closed': { level: 'none' } } }, /`"none"`, which is no level/],
		[{ rules: [] }, /must be an object/],
		[{ exceptions: {} }, /must be a list/],
		[{ exceptions: ['x'] }, /must be an object/],
		[{ exceptions: [{ ...exception, until: undefined }] }, /must be a string/],
		[{ exceptions: [{ rule: 'shell/closed', reason: 'r' }] }, /has no `until`/],
		[{ exceptions: [{ rule: 'shell/closed', until: exception.until }] }, /has no `reason`/],
		[{ exceptions: [{ ...exception, reason: '' }] }, /has no `reason`/],
		[{ exceptions: [{ ...exception, until: '2030-01-01' }] }, /no date with a time/],
		[{ exceptions: [{ ...exception, rule: 'shel/*' }] }, /no rule `shel\/\*`/],
		[{ exceptions: [{ ...exception, servr: 'x' }] }, /unknown field `servr`/, /did you mean `server`/],
		[{ exceptions: [{ ...exception, group: ['x'] }] }, /must be a string/],
		[{ allow: [{ sever: 'x' }] }, /unknown field `sever`/],
		[{ allow: [{ server: 1 }] }, /must be a string/],
	];
	for (const [config, message, help] of cases) {
		t.throws(() => read(config), { code: 'ERR_POLICY_CONFIG', message, ...(help && { help }) }, JSON.stringify(config));
	}
	const all = inspectPolicyConfig({ config: { level: 'x', rules: { y: {} }, exeptions: [] } }, IDS).diagnostics;
	t.same(
		all.map(({ level }) => level),
		['note', 'error', 'error'],
		'all at once',
	);
	t.match(
		inspectPolicyConfig({ config: { rules: { 'shell/closed': { levl: 'off' } } } }, IDS).diagnostics,
		[{ code: 'LINT_CONFIG_KEY', level: 'note', message: /levl/, help: 'did you mean `level`?' }],
		'a slip of the pen that leaves the rule in force',
	);
});

t.test('an exception applies to what it names, until it ends', async (t) => {
	const until = '2030-01-01T00:00:00Z';
	const untilNs = BigInt(Date.parse(until)) * 1_000_000n;
	const scope: ExceptionScope = {
		principal: { id: 'ci', kind: 'service', issuer: 'tokens', groups: ['build'], scopes: [], claims: {} },
		server: { name: 'db', labels: ['internal'], transport: 'stdio' },
		tool: 'query',
		nowNs: untilNs - 1n,
	};
	const applies = (conditions: object, over: Partial<ExceptionScope> = {}, rule = 'shell/closed') => {
		const { exceptions } = read({ exceptions: [{ rule: 'shell/*', until, reason: 'r', by: 'me', ...conditions }] });
		return exceptions[0]!.applies(rule, { ...scope, ...over });
	};
	t.ok(applies({}));
	t.notOk(applies({}, { nowNs: untilNs }), 'it has ended');
	t.notOk(applies({}, {}, 'secrets/leak'), 'another rule');
	const { tool: _, ...withoutTool } = scope;
	for (const [name, right, wrong] of [
		['principal', 'ci', 'cd'],
		['group', 'build', 'buil'],
		['server', 'db', 'files'],
		['server_label', 'internal', 'external'],
		['tool', 'query', 'exec'],
	] as const) {
		t.ok(applies({ [name]: right }), name);
		t.notOk(applies({ [name]: wrong }), name);
		t.notOk(applies({ group: 'build', principal: 'ci', [name]: wrong }), `all must hold: ${name}`);
	}
	const { exceptions } = read({ exceptions: [{ rule: 'shell/*', until, reason: 'r', tool: 'query' }] });
	t.notOk(exceptions[0]!.applies('shell/closed', withoutTool), 'no tool is not that tool');
	t.match(read({ exceptions: [{ rule: 'shell/*', until, reason: 'r', by: 'me' }] }).exceptions, [
		{ until, untilNs, reason: 'r', by: 'me' },
	]);
});

t.test('expired exceptions are warned of, given the time', async (t) => {
	const data = { config: { exceptions: [{ rule: 'shell/closed', until: '2030-01-01T00:00:00Z', reason: 'r' }] } };
	const untilNs = parseRfc3339('2030-01-01T00:00:00Z')!;
	t.same(inspectPolicyConfig(data, IDS).diagnostics, []);
	t.same(inspectPolicyConfig(data, IDS, untilNs - 1n).diagnostics, []);
	t.match(inspectPolicyConfig(data, IDS, untilNs).diagnostics, [{ level: 'warning', code: 'LINT_EXCEPTION_EXPIRED' }]);
});

t.test('RFC 3339', async (t) => {
	t.equal(parseRfc3339('1970-01-01T00:00:01Z'), 1_000_000_000n);
	t.equal(parseRfc3339('1970-01-01T01:00:00.000000001+01:00'), 1n);
	t.equal(parseRfc3339('1970-01-01t00:00:00.5z'), 500_000_000n);
	for (const text of [
		'',
		'2030-01-01',
		'2030-02-30T00:00:00Z',
		'2030-13-01T00:00:00Z',
		'2030-01-01T25:00:00Z',
		'2030-01-01T00:00:00',
		'tomorrow',
	]) {
		t.equal(parseRfc3339(text), undefined, text);
	}
});
