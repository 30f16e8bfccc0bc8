// Addresses are 128 bits; an IPv4 address is the IPv6 address that it maps to (RFC 4291, 2.5.5.2), as in Go's `net.IP`.

const MAPPED = 0xffffn << 32n;

export function isMapped(address: bigint): boolean {
	return address >> 32n === 0xffffn;
}

/** Go's `netip.ParseAddr` without zones: strict dotted decimal, or RFC 4291, 2.2. */
export function parseAddress(text: string): { readonly address: bigint; readonly bits: 32 | 128 } | undefined {
	const v4 = parseV4(text);
	if (v4 !== undefined) return { address: MAPPED | v4, bits: 32 };
	const v6 = parseV6(text);
	return v6 === undefined ? undefined : { address: v6, bits: 128 };
}

function parseV4(text: string): bigint | undefined {
	const parts = text.split('.', 5);
	if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
		return undefined;
	}
	return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
	// No address is longer than eight groups of four figures, the last two of them dotted.
	if (text.length > 45) return undefined;
	const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
	const v4 = dotted === null ? undefined : parseV4(dotted[2]!);
	if (dotted !== null && v4 === undefined) return undefined;
	const whole = v4 === undefined ? text : `${dotted![1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
	const halves = whole.split('::');
	if (halves.length > 2) return undefined;
	const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
	const missing = 8 - head.length - tail.length;
	if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
	const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
	if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
	return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** Dotted, or as RFC 5952 writes it: the longest run of zero groups is `::`. */
export function addressText(address: bigint): string {
	if (isMapped(address)) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join('.');
	const groups = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
	let [start, length] = [0, 1];
	for (let from = 0; from < 8; from++) {
		let to = from;
		while (groups[to] === '0') to++;
		if (to - from > length) [start, length] = [from, to - from];
	}
	if (length === 1) return groups.join(':');
	return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}
