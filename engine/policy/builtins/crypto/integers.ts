/** `1 / a` modulo `m`, or `undefined` if there is none (extended Euclid). */
export function inverse(a: bigint, m: bigint): bigint | undefined {
	let [r, next] = [m, modulo(a, m)];
	let [t, nextT] = [0n, 1n];
	while (next !== 0n) {
		const quotient = r / next;
		[r, next] = [next, r - quotient * next];
		[t, nextT] = [nextT, t - quotient * nextT];
	}
	return r === 1n ? modulo(t, m) : undefined;
}

/** Never negative. */
export function modulo(a: bigint, m: bigint): bigint {
	const rest = a % m;
	return rest < 0n ? rest + m : rest;
}
