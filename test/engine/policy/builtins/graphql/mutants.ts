/** Numbers that look random and are the same every time (a linear congruential generator of 32 bits). */
function* numbers(seed: number): Generator<number, never> {
	for (let x = seed >>> 0; ; ) {
		x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
		yield x / 2 ** 32;
	}
}

/** Documents made from others: tokens left out, doubled, exchanged, or taken from another document. */
export function mutants(documents: readonly string[], count: number, seed: number): string[] {
	const random = numbers(seed);
	const below = (n: number) => Math.floor(random.next().value * n);
	const split = (text: string) => text.match(/"""[\s\S]*?"""|"[^"\n]*"|#.*|\.\.\.|[\w.-]+|\s+|[\s\S]/g) ?? [];
	const pool = documents.flatMap(split).filter((token) => token.trim() !== '');
	return Array.from({ length: count }, () => {
		const tokens = split(documents[below(documents.length)]!);
		for (let changes = 1 + below(3); changes > 0 && tokens.length > 0; changes--) {
			const at = below(tokens.length);
			const token = pool[below(pool.length)]!;
			const change = below(5);
			if (change === 0) tokens.splice(at, 1);
			else if (change === 1) tokens.splice(at, 0, tokens[below(tokens.length)]!);
			else if (change === 2) tokens[at] = token;
			else if (change === 3) tokens.splice(at, 0, ' ', token, ' ');
			else tokens.splice(at, 0, `# ${changes}\n`);
		}
		return tokens.join('');
	});
}
