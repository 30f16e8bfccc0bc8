/** What would hang or fill the memory, by name: an expression that is defined once it ends, and its arguments. */
export const HOSTILE: Readonly<Record<string, readonly [expression: string, args: unknown]>> = {
	replace: ['replace(input.a.text, "a", input.a.text)', { text: 'a'.repeat(10_000) }],
	range: ['numbers.range(0, input.a.n)', { n: 1e9 }],
	some: ['[w | some w in input.a.l; some x in input.a.l; some y in input.a.l; w + x + y < 0]', { l: list(1000) }],
	sort: ['sort(input.a.l)', { l: list(30_000).reverse() }],
	shift: ['bits.lsh(1, input.a.n)', { n: 1e9 }],
	contains: ['contains(input.a.text, input.a.part)', { text: 'a'.repeat(400_000), part: `${'a'.repeat(200_000)}b` }],
	union: ['count(object.union_n([{x: i} | some x in input.a.l; some i in input.a.l]))', { l: list(1000) }],
	doubling: ['f40(input.a.n)', { n: 1 }],
	concat: [
		'count(concat(input.a.text, [x | some _ in input.a.l; x := input.a.text]))',
		{ text: 'x'.repeat(40_000), l: list(9000) },
	],
	product: ['count({[x, y] | some x in input.a.l; some y in input.a.l})', { l: list(2000) }],
};

const DOUBLING = Array.from({ length: 40 }, (_, i) => `f${i + 1}(x) := f${i}(f${i}(x))`).join('\n');

/** Rules of `package sluice.main` whose decision is the hostile one that `input.do` names, of `input.a`. */
export const HOSTILE_RULES = `
f0(x) := x
${DOUBLING}
${Object.entries(HOSTILE)
	.map(([name, [expression]]) => `decision := {"${name}": value} if { input.do == "${name}"; value := ${expression} }`)
	.join('\n')}
`;

export function list(length: number): number[] {
	return Array.from({ length }, (_, i) => i);
}
