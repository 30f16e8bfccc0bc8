import t from 'tap';
import { checkPolicy } from '../../../../engine/policy/check.ts';
import { COLD, openTestCompiler, sourceOf } from '../compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

/** The body begins at row 8 or, with rego.v2, at row 10. */
const policy = (body: string, v2: boolean) =>
	`# METADATA\n# title: T\n# description: D\n# custom:\n#   severity: low\npackage rules.a.b\n\n${v2 ? 'import rego.v2\n\n' : ''}${body}\n`;

const HAZARDS: ReadonlySet<string> = new Set(['LINT_FAIL_OPEN', 'LINT_ARGUMENT_TYPE', 'LINT_MESSAGE_ABSENT']);

async function warnings(body: string, v2: boolean): Promise<string[]> {
	const { diagnostics } = await checkPolicy(sourceOf({ 'b.rego': policy(body, v2) }), compiler);
	t.same(
		diagnostics.filter(({ level }) => level === 'error'),
		[],
		body,
	);
	return diagnostics.filter(({ code, level }) => HAZARDS.has(code) && level === 'warning').map(({ code }) => code);
}

/** How many denies the body gives for these arguments, in OPA's interpreter. */
async function denies(body: string, v2: boolean, args: readonly unknown[]): Promise<number[]> {
	const { outcomes } = await compiler.request('eval', {
		modules: [{ path: 'b.rego', text: policy(body, v2) }],
		query: 'count(data.rules.a.b.deny)',
		inputs: args.map((x) => ({
			method: 'tools/call',
			tool: { name: 't', arguments: x === undefined ? {} : { x } },
		})),
	});
	return outcomes.map(({ value }) => (value === undefined ? -1 : Number((value as { x?: unknown }[] | number) ?? -1)));
}

const OPEN = 'LINT_FAIL_OPEN';
const TYPE = 'LINT_ARGUMENT_TYPE';
const TEXT = 'LINT_MESSAGE_ABSENT';

/**
 * A deny that should stop everything but what is harmless. `v1` and `v2`: what check says of it without and with
 * `import rego.v2`; `slips`: arguments that it lets through although they are not `fine`, by the version.
 */
const bodies: { body: string; v1: string[]; v2: string[]; absentSlips: [v1: boolean, v2: boolean] }[] = [
	{
		body: 'deny contains "m" if not startswith(input.tool.arguments.x, "/srv")',
		v1: [OPEN],
		v2: [],
		absentSlips: [true, false],
	},
	{ body: 'deny contains "m" if not input.tool.arguments.x in {"a"}', v1: [OPEN], v2: [], absentSlips: [true, false] },
	{
		body: 'deny contains "m" if not fine(input.tool.arguments.x)\n\nfine(x) if x == "a"',
		v1: [OPEN],
		v2: [],
		absentSlips: [true, false],
	},
	{
		body: 'deny contains "m" if not lower(input.tool.arguments.x) == "a"',
		v1: [OPEN],
		v2: [],
		absentSlips: [true, false],
	},
	{ body: 'deny contains "m" if not input.tool.arguments.x == "a"', v1: [], v2: [], absentSlips: [false, false] },
	{ body: 'deny contains "m" if not input.tool.arguments.x', v1: [], v2: [], absentSlips: [false, false] },
	{ body: 'deny contains "m" if input.tool.arguments.x != "a"', v1: [OPEN], v2: [OPEN], absentSlips: [true, true] },
	{
		body: 'deny contains "m" if count(input.tool.arguments.x) == 0',
		v1: [OPEN],
		v2: [OPEN],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains "m" if not fine\n\nfine if startswith(input.tool.arguments.x, "a")',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains "m" if not fine\n\nfine if input.tool.arguments.x != "b"',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains "m" if deep\n\ndeep if deeper\n\ndeeper if input.tool.arguments.x != "a"',
		v1: [OPEN],
		v2: [OPEN],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains "m" if {\n\tx := input.tool.arguments.x\n\tx != "a"\n}',
		v1: [OPEN],
		v2: [OPEN],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains "m" if object.get(input.tool.arguments, "x", "") != "a"',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains sprintf("no %v", [input.tool.arguments.x]) if input.method == "tools/call"',
		v1: [TEXT],
		v2: [TEXT],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains msg if {\n\tinput.method == "tools/call"\n\tmsg := concat(" ", ["no", input.tool.arguments.x])\n}',
		v1: [TEXT],
		v2: [TEXT],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains $"no {input.tool.arguments.x}" if input.method == "tools/call"',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains message if input.method == "tools/call"\n\nmessage := sprintf("no %v", [input.tool.arguments.x])',
		v1: [TEXT],
		v2: [TEXT],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains "m" if not ok == true\n\ndefault ok := false\n\nok if input.tool.arguments.x == "a"',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains "m" if ok == false\n\ndefault ok := false\n\nok if input.tool.arguments.x != "b"',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains "m" if risky == true\n\nrisky := false if {\n\tinput.tool.arguments.x != "b"\n} else := true',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains "m" if count(wrong) > 0\n\nwrong contains 1 if input.tool.arguments.x != "a"',
		v1: [OPEN],
		v2: [OPEN],
		absentSlips: [true, true],
	},
	{
		body: 'deny contains "m" if count(right) == 0\n\nright contains 1 if input.tool.arguments.x != "b"',
		v1: [],
		v2: [],
		absentSlips: [false, false],
	},
	{
		body: 'deny contains "m" if {\n\tis_string(input.tool.arguments.x)\n\tinput.tool.arguments.x != "a"\n}',
		v1: [],
		v2: [],
		absentSlips: [true, true],
	},
];

t.test('what is said to fail open does, and what is not said does not, where the argument is absent', async (t) => {
	for (const { body, v1, v2, absentSlips } of bodies) {
		for (const [version, expected] of [v1, v2].entries()) {
			t.same(await warnings(body, version === 1), expected, `v${version + 1}: ${body}`);
			const [count] = await denies(body, version === 1, [undefined]);
			t.equal(count === 0, absentSlips[version], `v${version + 1} slips: ${body}`);
			if (expected.length === 0 && !body.includes('is_string')) t.equal(absentSlips[version], false, body);
		}
	}
});

t.test('ordering and converting what may have any type', async (t) => {
	const cases: [body: string, expected: string[], v2?: boolean][] = [
		['deny contains "m" if input.tool.arguments.x > 10', [TYPE]],
		['deny contains "m" if 10 < input.tool.arguments.x', [TYPE]],
		['deny contains "m" if not small\n\nsmall if input.tool.arguments.x < 10', [TYPE]],
		['deny contains "m" if to_number(input.tool.arguments.x) > 10', [TYPE]],
		['deny contains "m" if input.tool.arguments.x + 1 > 10', [TYPE]],
		['deny contains "m" if lower(input.tool.arguments.x) == "rm"', [TYPE]],
		['deny contains "m" if contains(command, "rm")\n\ncommand := input.tool.arguments.x', [TYPE]],
		['deny contains "m" if {\n\tsome x in input.tool.arguments.list\n\tstartswith(x, "/etc")\n}', [TYPE]],
		['deny contains "m" if startswith(object.get(input.tool.arguments, "x", ""), "/etc")', [TYPE]],
		['deny contains "m" if regex.match(`^a`, input.principal.claims.email)', [TYPE]],
		['deny contains "m" if startswith(input.params.uri, "file:")', [TYPE]],
		['deny contains "m" if not fine\n\nfine if not startswith(input.tool.arguments.x, "/etc")', [TYPE], true],
		// asked for, or denied of their own
		['deny contains "m" if {\n\tis_number(input.tool.arguments.x)\n\tinput.tool.arguments.x > 10\n}', []],
		[
			'deny contains "m" if input.tool.arguments.x > 10\n\ndeny contains "n" if not is_number(input.tool.arguments.x)',
			[],
			true,
		],
		[
			'deny contains "m" if {\n\tnumeric\n\tinput.tool.arguments.x > 10\n}\n\nnumeric if is_number(input.tool.arguments.x)',
			[],
		],
		[
			'deny contains "m" if {\n\ttype_name(input.tool.arguments.x) == "string"\n\tlower(input.tool.arguments.x) == "rm"\n}',
			[],
		],
		// closed: undefined denies
		['deny contains "m" if not fine\n\nfine if startswith(input.tool.arguments.x, "/srv")', []],
		['deny contains "m" if not startswith(input.tool.arguments.x, "/srv")', [], true],
		// the schema says what they are
		['deny contains "m" if input.session.calls.total > 10', []],
		['deny contains "m" if lower(input.tool.name) == "rm"', []],
		['deny contains "m" if input.session.calls.by_tool.query > 3', []],
		['deny contains "m" if input.session.calls.by_tool.login < 1', [OPEN]],
		['deny contains "m" if input.principal.human != "ada"', [OPEN]],
		['deny contains "m" if input.server.name != "db"', []],
		// else-chains: what is undefined falls through to what comes after
		[
			'deny contains "m" if verdict == "bad"\n\nverdict := "good" if startswith(input.tool.arguments.x, "/srv") else := "bad"',
			[],
		],
		[
			'deny contains "m" if verdict == "bad"\n\nverdict := "bad" if startswith(input.tool.arguments.x, "/etc") else := "good"',
			[TYPE],
		],
		[
			'deny contains "m" if verdict != "good"\n\ndefault verdict := "bad"\n\nverdict := "good" if startswith(input.tool.arguments.x, "/srv")',
			[],
		],
		[
			'deny contains "m" if verdict in {"bad", "odd"}\n\nverdict := "good" if startswith(input.tool.arguments.x, "/srv") else := "odd"',
			[],
		],
		['deny contains "m" if not ok\n\nok := false if startswith(input.tool.arguments.x, "/etc") else := true', [TYPE]],
		['deny contains "m" if not ok\n\nok := true if startswith(input.tool.arguments.x, "/srv") else := false', []],
		// every fails closed, whatever stands there
		['deny contains "m" if not ok\n\nok if every p in input.tool.arguments.x { startswith(p, "/srv") }', []],
		// nothing that enforces
		['warn contains "m" if input.tool.arguments.x > 10', []],
		['warn contains sprintf("%v", [input.tool.arguments.x])', []],
		['label contains "m" if input.tool.arguments.x != 1', []],
		// equality needs no type
		['deny contains "m" if input.tool.arguments.x == "rm"', []],
		['deny contains "m" if input.tool.arguments.x in {"rm", "dd"}', []],
	];
	for (const [body, expected, v2 = false] of cases) t.same(await warnings(body, v2), expected, body);
});
