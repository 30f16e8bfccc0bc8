/**
 * Smaller texts of a program, each with one thing less: a line, a statement of a body, a bracket with all that is in
 * it. Many do not compile; the caller sees.
 */
export function smallerPrograms(text: string): string[] {
	const found = new Set<string>();
	const without = (from: number, to: number, instead = ''): void => {
		found.add(text.slice(0, from) + instead + text.slice(to));
	};
	for (const [from, to] of lines(text)) if (!/^(?:package|import)/.test(text.slice(from, to))) without(from, to);
	for (const group of groups(text)) {
		for (const [from, to] of group.parts) without(from, to);
		for (const [from, to] of group.parts)
			without(group.open, group.close + 1, `(${text.slice(from, to).replace(/^; |, $/, '')})`);
		without(group.name, group.close + 1, 'null');
		without(group.name, group.close + 1, '[]');
	}
	for (const literal of text.matchAll(/\bdefault [^\n]*\n|import rego\.v2\n| with \S+ as null|true; |; true\b/g)) {
		without(literal.index, literal.index + literal[0].length);
	}
	for (const named of text.matchAll(/\b(?:v\d+|r\d+|input|data\.base)\b(?:[.[][\w"\]]+)*(?! :=)/g)) {
		without(named.index, named.index + named[0].length, 'null');
	}
	found.delete(text);
	return [...found].filter((each) => each.length <= text.length).sort((a, b) => a.length - b.length);
}

type Span = readonly [from: number, to: number];

function lines(text: string): Span[] {
	return [...text.matchAll(/[^\n]*\n/g)].map((line) => [line.index, line.index + line[0].length]);
}

interface Group {
	/** Where the name before the bracket begins, if it has one. */
	readonly name: number;
	readonly open: number;
	readonly close: number;
	/** What `; ` and `, ` part, with the separator. */
	readonly parts: readonly Span[];
}

/** Brackets outside of strings. */
function groups(text: string): Group[] {
	const done: Group[] = [];
	const open: { name: number; open: number; parts: Span[]; from: number }[] = [];
	for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|[\w.]*[([{]|[)\]}]|; |, /gs)) {
		const last = open.at(-1);
		if (/^[\w.]*[([{]$/.test(token)) {
			const at = index + token.length - 1;
			open.push({ name: index, open: at, parts: [], from: at + 1 });
		} else if (last !== undefined && (token === '; ' || token === ', ')) {
			last.parts.push([last.from, index + 2]);
			last.from = index + 2;
		} else if (last !== undefined && /^[)\]}]$/.test(token)) {
			open.pop();
			// The last part goes with the separator before it.
			const from = last.parts.length === 0 ? last.from : last.from - 2;
			done.push({ name: last.name, open: last.open, close: index, parts: [...last.parts, [from, index]] });
		}
	}
	return done;
}

/** Smaller JSON: a member less somewhere, or null instead of it. */
export function smallerDocuments(value: unknown): unknown[] {
	if (Array.isArray(value)) {
		const list = value as readonly unknown[];
		return list.flatMap((item, i) => [
			list.toSpliced(i, 1),
			...smallerDocuments(item).map((smaller) => list.with(i, smaller)),
		]);
	}
	if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value === null ? [] : [null];
	const entries = Object.entries(value);
	return entries.flatMap(([key, item], i) => [
		Object.fromEntries(entries.toSpliced(i, 1)),
		...smallerDocuments(item).map((smaller) => ({ ...value, [key]: smaller })),
	]);
}
