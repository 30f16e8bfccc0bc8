import { isMapped, parseAddress } from './ip-addresses.ts';
import { cidrText, hostMask, lastAddress, type Network, parseCidr } from './ip-networks.ts';
import { BuiltinError } from './types.ts';

/**
 * An end of a range. OPA writes IPv4 that comes as IPv6 with 28 bytes: those after the first 16 are `rest`, and such
 * ranges lie beside all others.
 */
interface End {
	readonly address: bigint;
	readonly rest?: bigint;
}

interface Span {
	readonly first: End;
	readonly last: End;
	/** What it is as text, until it is merged with another. */
	readonly text?: string;
}

/**
 * The fewest networks that hold the same addresses, as text. A bare IPv4 address is the network of its class (A, B or
 * C), as in OPA. Errors for what is no address or network, and for ranges that OPA's program cannot take either.
 */
export function mergeCidrs(texts: readonly string[]): readonly string[] {
	const spans = texts.map(spanOf).sort((a, b) => compare(a.last, b.last) || compare(a.first, b.first));
	const merged: Span[] = [];
	let current = spans.pop();
	while (current !== undefined) {
		const before = spans.pop();
		if (before !== undefined && compare(previous(current.first), before.last) <= 0) {
			current = { first: compare(before.first, current.first) < 0 ? before.first : current.first, last: current.last };
		} else {
			merged.push(current);
			current = before;
		}
	}
	return merged.flatMap((span) => (span.text === undefined ? networksOf(span) : [span.text]));
}

function spanOf(text: string): Span {
	const bare = parseAddress(text);
	if (bare !== undefined) {
		const { address } = bare;
		if (!isMapped(address)) throw new BuiltinError('an IPv6 address without the length of its prefix');
		const prefix = classPrefix(address);
		const network: Network = { base: address & ~hostMask(32, prefix), bits: 32, prefix };
		return {
			first: { address: network.base },
			last: { address: lastAddress(network) },
			text: cidrText(network, address),
		};
	}
	const network = parseCidr(text);
	if (network === undefined) throw new BuiltinError('neither an address nor a network');
	if (network.bits === 128 && isMapped(network.base)) return twentyEightBytes(network);
	return { first: { address: network.base }, last: { address: lastAddress(network) }, text: cidrText(network) };
}

function classPrefix(address: bigint): number {
	const byte = (address >> 24n) & 0xffn;
	return byte < 0x80n ? 8 : byte < 0xc0n ? 16 : 24;
}

/** The prefix of mapped addresses, then all 16 bytes; the bits of the hosts are set too far ahead. */
function twentyEightBytes(network: Network): Span {
	const address = 0xffffn << 32n;
	const rest = network.base & hostMask(96, 0);
	return {
		first: { address, rest },
		last: { address: address | hostMask(128, network.prefix), rest },
		text: cidrText(network),
	};
}

function compare(a: End, b: End): number {
	if (a.address !== b.address) return a.address < b.address ? -1 : 1;
	const [x, y] = [a.rest ?? -1n, b.rest ?? -1n];
	return x < y ? -1 : x > y ? 1 : 0;
}

/** IPv4 has nothing before its first address, so that it never meets IPv6. */
function previous({ address, rest }: End): End {
	if (rest !== undefined) return { address, rest: rest - 1n };
	return { address: address === 0xffffn << 32n ? address : address - 1n };
}

function networksOf({ first, last }: Span): readonly string[] {
	if (first.rest !== undefined || last.rest !== undefined) throw new BuiltinError('IPv4 as IPv6 cannot be merged');
	const bits = isMapped(first.address) ? 32 : 128;
	if (bits === 32 && !isMapped(last.address)) throw new BuiltinError('IPv4 and IPv6 cannot be merged');
	const texts: string[] = [];
	for (let base = first.address; base <= last.address; ) {
		let prefix: number = bits;
		// The largest network that begins here and does not end beyond the range.
		while (prefix > 0) {
			const hosts = hostMask(bits, prefix - 1);
			if ((base & hosts) !== 0n || (base | hosts) > last.address) break;
			prefix--;
		}
		texts.push(cidrText({ base, bits, prefix }));
		base += hostMask(bits, prefix) + 1n;
	}
	return texts;
}
