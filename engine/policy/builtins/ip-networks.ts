import { addressText, isMapped, parseAddress } from './ip-addresses.ts';

/** Addresses that share a prefix (Go's `net.IPNet`). */
export interface Network {
	/** The first address, 128 bits */
	readonly base: bigint;
	/** Of the addresses of its family: 32 for IPv4, 128 also for IPv4 written as IPv6 */
	readonly bits: 32 | 128;
	readonly prefix: number;
}

/** Go's `net.ParseCIDR`; undefined for what is none. */
export function parseCidr(text: string): Network | undefined {
	const slash = text.indexOf('/');
	const found = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
	const length = text.slice(slash + 1);
	if (found === undefined || !/^\d+$/.test(length) || Number(length) > found.bits) return undefined;
	const { address, bits } = found;
	const prefix = Number(length);
	return { base: address & ~hostMask(bits, prefix), bits, prefix };
}

export function hostMask(bits: number, prefix: number): bigint {
	return (1n << BigInt(bits - prefix)) - 1n;
}

export function lastAddress({ base, bits, prefix }: Network): bigint {
	return base | hostMask(bits, prefix);
}

/** IPv4 and IPv6 have nothing in common, except that IPv4 may be written as IPv6. */
export function containsAddress({ base, bits, prefix }: Network, address: bigint): boolean {
	return isMapped(base) === isMapped(address) && address >> BigInt(bits - prefix) === base >> BigInt(bits - prefix);
}

/** As OPA finds it: a holds the first and the last address of b. */
export function containsNetwork(a: Network, b: Network): boolean {
	if (isPlainV6(a) && isPlainV6(b)) return a.prefix <= b.prefix && b.base >> shift(a) === a.base >> shift(a);
	return containsAddress(a, b.base) && containsAddress(a, lastAddress(b));
}

function isPlainV6({ base, bits }: Network): boolean {
	return bits === 128 && !isMapped(base);
}

const shift = ({ bits, prefix }: Network): bigint => BigInt(bits - prefix);

/** `10.0.0.0/8`: IPv4 also if it was written as IPv6. `address` stands before the slash. */
export function cidrText({ base, bits, prefix }: Network, address: bigint = base): string {
	return `${addressText(address)}/${bits === 128 && isMapped(base) ? prefix - 96 : prefix}`;
}
