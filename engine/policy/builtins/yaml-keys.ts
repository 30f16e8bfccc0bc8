/** The order of keys in what go-yaml writes: letters by their code, numbers inside by their value. */
export function compareKeys(a: string, b: string): number {
	const [x, y] = [[...a], [...b]];
	let digits = false;
	for (let i = 0; i < Math.min(x.length, y.length); i++) {
		const [p, q] = [x[i]!, y[i]!];
		if (p === q) {
			digits = isDigit(p);
			continue;
		}
		const [letterP, letterQ] = [isLetter(p), isLetter(q)];
		if (letterP && letterQ) return code(p) - code(q);
		// After figures a letter comes first, as `1a` before `1.`; else it comes last.
		if (letterP || letterQ) return letterP === digits ? -1 : 1;
		return compareNumbers(x, y, i);
	}
	return x.length - y.length;
}

function compareNumbers(x: readonly string[], y: readonly string[], i: number): number {
	const leading = (x[i] === '0' || y[i] === '0') && hasFigureBefore(x, i) ? 1n : 0n;
	const [p, endP] = number(x, i, leading);
	const [q, endQ] = number(y, i, leading);
	if (p !== q) return p < q ? -1 : 1;
	return endP - endQ || code(x[i]!) - code(y[i]!);
}

/** Whether the figures right before `i` are more than zeros. */
function hasFigureBefore(text: readonly string[], i: number): boolean {
	for (let j = i - 1; j >= 0 && isDigit(text[j]!); j--) if (text[j] !== '0') return true;
	return false;
}

/** The number at `i` after `leading`, in the 64 bits that Go has for it, and where it ends. */
function number(text: readonly string[], i: number, leading: bigint): readonly [bigint, number] {
	let value = leading;
	let end = i;
	for (; end < text.length && isDigit(text[end]!); end++) {
		value = BigInt.asIntN(64, value * 10n + BigInt(code(text[end]!) - 48));
	}
	return [value, end];
}

function code(char: string): number {
	return char.codePointAt(0)!;
}

function isDigit(char: string): boolean {
	return /^\p{Nd}$/u.test(char);
}

function isLetter(char: string): boolean {
	return /^\p{L}$/u.test(char);
}
