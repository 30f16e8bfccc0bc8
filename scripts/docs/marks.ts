/** `text` with `block` between `<!-- begin:NAME -->` and `<!-- end:NAME -->`. Throws when the page lacks these marks. */
export function putBetween(text: string, name: string, block: string): string {
	const [begin, end] = marksOf(name);
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < from) throw new Error(`the page lacks the marks ${begin} and ${end}`);
	return `${text.slice(0, from + begin.length)}\n${block}\n${text.slice(to)}`;
}

/** What stands between them now. */
export function between(text: string, name: string): string {
	const [begin, end] = marksOf(name);
	return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
}

function marksOf(name: string): readonly [begin: string, end: string] {
	return [`<!-- begin:${name} -->`, `<!-- end:${name} -->`];
}
