import fc from 'fast-check';

/** The facts that the rule index looks at, as Rego spells them. */
const FIELDS = ['input.from', 'input.kind', 'input.method', 'input.tool.name'] as const;

const VALUES: Readonly<Record<(typeof FIELDS)[number], readonly string[]>> = {
	'input.from': ['client', 'server'],
	'input.kind': ['request', 'notification', 'result', 'error'],
	'input.method': ['tools/call', 'tools/list', 'ping', 'x/unknown'],
	'input.tool.name': ['a', 'b', 'c', 'other'],
};

/** A frame as far as the rules of this generator look at it. */
export interface SmallInput {
	readonly from: string;
	readonly kind: string;
	readonly method: string;
	readonly tool?: { readonly name: string };
	readonly flag: boolean;
}

const oneOf = (field: (typeof FIELDS)[number]) => fc.constantFrom(...VALUES[field]);

export const smallInput: fc.Arbitrary<SmallInput> = fc
	.record({
		from: oneOf('input.from'),
		kind: oneOf('input.kind'),
		method: oneOf('input.method'),
		tool: fc.option(
			oneOf('input.tool.name').map((name) => ({ name })),
			{ nil: undefined },
		),
		flag: fc.boolean(),
	})
	.map(({ tool, ...rest }) => (tool === undefined ? rest : { ...rest, tool }));

const text = (value: unknown) => JSON.stringify(value);

/** A comparison with one or several literals of the field's own, or what looks like it. `V`, `W` are local variables. */
const comparison: fc.Arbitrary<string> = fc.constantFrom(...FIELDS).chain((f) =>
	fc
		.tuple(
			oneOf(f).map(text),
			fc.uniqueArray(fc.oneof(oneOf(f).map(text), fc.constantFrom('7', '"zz"')), { minLength: 1, maxLength: 3 }),
		)
		.chain(([c, several]) => {
			const list = several.join(', ');
			return fc.constantFrom(
				`${f} == ${c}`,
				`${c} == ${f}`,
				`${f} = ${c}`,
				`${f} != ${c}`,
				`not ${f} == ${c}`,
				`${f} in {${list}}`,
				`${f} in [${list}]`,
				`not ${f} in {${list}}`,
				`${f} in {"k": ${c}}`,
				`{${list}}[${f}]`,
				`${f} == {"k": ${c}}.k`,
				`V := ${f}; V == ${c}`,
				`V := ${f}; ${c} == V`,
				`V := ${f}; V in {${list}}`,
				`V := ${c}; W := V; ${f} == W`,
				`V := ${f}; not V == ${c}`,
				`V = ${f}; W = V; W = ${c}`,
				`some V in {${list}}; V == ${f}`,
				`some V in [${list}]; ${f} = V`,
				`V := {${list}}; ${f} in V`,
				`V := ${f} == ${c}; V`,
				`V := ${f} == ${c}; V == false`,
				`V := ${f} in {${list}}; not V`,
				`[${f}, 1] == [${c}, 1]`,
				`count([1 | ${f} == ${c}]) == 0`,
				`count({W | some W in [${list}]; ${f} == W}) > 0`,
				`V := input; V.from == "client"`,
				`V := input.tool; V.name == "a"`,
				`tool.name == "a"`,
				`method == "tools/call"`,
				`method == "ping" with method as "ping"`,
				`${f} == ${c} with input as {"tool": {"name": "a"}}`,
				`input.tool.name == pick`,
				`pick == input.tool.name`,
				`${f} in closed`,
				`closed[${f}]`,
				`names[${f}]`,
				`${f} == names[_]`,
				`same(${f}, ${c})`,
				`not same(${f}, ${c})`,
				`V := same(${f}, ${c}); V == false`,
				`from_client(input)`,
				`V := from_client(input); is_boolean(V)`,
				`pattern(${f})`,
				`startswith(${f}, "t")`,
			);
		}),
);

/** What most rules begin with. */
const demand: fc.Arbitrary<string> = fc
	.constantFrom(...FIELDS)
	.chain((f) =>
		fc
			.tuple(oneOf(f).map(text), oneOf(f).map(text))
			.chain(([a, b]) => fc.constantFrom(`${f} == ${a}`, `${f} in {${a}, ${b}}`)),
	);

const HELPERS = ['h0', 'h1', 'h2'] as const;

/** A use of a helper; those from `first` on exist. */
function helperUse(first: number): fc.Arbitrary<string> {
	const left = HELPERS.slice(first);
	if (left.length === 0) return comparison;
	return fc
		.constantFrom(...left)
		.chain((h) =>
			fc.constantFrom(
				h,
				`not ${h}`,
				`V := ${h}; V != "q"`,
				`${h} == true`,
				`${h} == false`,
				`count([1 | ${h}]) == 0`,
				`${h} with input as {"from": "client", "kind": "request", "method": "ping"}`,
				`${h} with input.from as "server"`,
				`${h} with data.other as 1`,
				`${h} with method as "tools/call"`,
				`${h} with same as true`,
				`some V in ${h}_set; V == "m"`,
				`${h}_set[_]`,
				`count(${h}_set) == 0`,
			),
		);
}

/** One expression; in brackets, so that its variables can be made its own. */
function expression(first: number, depth: number): fc.Arbitrary<string> {
	const leaf = fc.oneof(
		{ weight: 2, arbitrary: demand },
		{ weight: 3, arbitrary: comparison },
		{ weight: 1, arbitrary: helperUse(first) },
	);
	const simple = fc.oneof(
		{ weight: 6, arbitrary: leaf },
		{ weight: 1, arbitrary: fc.constantFrom('input.flag', 'true') },
	);
	if (depth === 0) return simple.map((one) => `⟦${one}⟧`);
	const inner = body(first, depth - 1);
	return fc
		.oneof(
			{ weight: 6, arbitrary: simple },
			{ weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `{${a}} or {${b}}`) },
			{ weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `{${a}} and {${b}}`) },
			{ weight: 1, arbitrary: inner.map((a) => `not {${a}}`) },
			{ weight: 1, arbitrary: inner.map((a) => `every V in [1, 2] {V < 3; ${a}}`) },
			{ weight: 1, arbitrary: inner.map((a) => `every V in [] {V == 3; ${a}}`) },
		)
		.map((one) => `⟦${one}⟧`);
}

function body(first: number, depth: number): fc.Arbitrary<string> {
	return fc.array(expression(first, depth), { minLength: 1, maxLength: 3 }).map((list) => list.join('; '));
}

/** `hN` in one of the forms that rules come in, and a set `hN_set`. */
function helper(i: number): fc.Arbitrary<string> {
	const b = body(i + 1, 0);
	const h = HELPERS[i];
	return fc
		.tuple(b, b, fc.constantFrom('true', 'false'), fc.integer({ min: 0, max: 5 }))
		.map(([one, two, value, form]) => {
			const set = `${h}_set contains "m" if {${one}}\n${h}_set contains "n" if {${two}}\n`;
			const forms = [
				`${h} if {${one}}\n`,
				`${h} if {${one}}\n${h} if {${two}}\n`,
				`${h} := ${value} if {${one}} else := true if {${two}}\n`,
				`default ${h} := ${value}\n${h} if {${one}}\n`,
				`${h} if {${one}} else := false\n`,
				`${h} := false if {${one}}\n`,
			];
			return set + forms[form];
		});
}

const COMMON = `
tool := input.tool
method := V if V := input.method
pick := "a" if {input.flag} else := "b"
closed := {"client", "tools/call", "a", "request"}
names contains "a"
names contains "server" if input.flag
same(x, y) if x == y
same(x, "client") := false if x == "server"
from_client(frame) if frame.from == "client"
default from_client(_) := false
pattern("client")
pattern(x) if {x == "a"; input.flag}
pattern("tools/list") if input.kind == "request"
`;

/** The text of a package without its `package` line: helpers, and one or two members of sets; of Rego v1 and v2. */
export const rulePackage: fc.Arbitrary<string> = fc
	.constantFrom(
		{ depth: 0, version: 'rego.v1' },
		{ depth: 2, version: 'rego.v2' }, // has `or`, `and`, and a `not` of its own
	)
	.chain(({ depth, version }) =>
		fc
			.tuple(
				fc.tuple(helper(0), helper(1), helper(2)),
				fc.array(fc.tuple(fc.constantFrom('deny', 'hold', 'warn'), body(0, depth)), { minLength: 1, maxLength: 2 }),
			)
			.map(([helpers, members]) => {
				const rules = members.map(([set, b], i) => `${set} contains "${i}" if {${b}}\n`);
				return [`import ${version}\n`, ...[`⟦${COMMON}⟧`, helpers.join(''), rules.join('')].map(ownVariables)].join('');
			}),
	);

/** Gives `V` and `W` of each bracket names that no other has, from the inside out. */
function ownVariables(bracketed: string): string {
	let rest = bracketed;
	for (let n = 0; rest.includes('⟦'); n++) {
		rest = rest.replace(/⟦([^⟦⟧]*)⟧/, (_, inner: string) => inner.replace(/\b[VW]\b/g, (name) => `${name}${n}`));
	}
	return rest;
}
