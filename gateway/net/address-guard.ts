import { BlockList, isIP, isIPv4 } from 'node:net';

/** Whether a connection may go to an IP address (no name, no brackets). */
export type AddressGuard = (address: string) => boolean;

/** IPv4 that is not the public network (IANA special-purpose registry, RFC 6890). */
const SPECIAL_V4 = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.31.196.0/24',
	'192.52.193.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'192.175.48.0/24',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/3',
];

/** Of IPv6 only global unicast is public (RFC 4291 §2.4), */
const GLOBAL_V6 = ['2000::/3'];
/** without what stands for another address, documents, or is the protocol's own. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const specialV4 = ranges(SPECIAL_V4);
const globalV6 = ranges(GLOBAL_V6);
const specialV6 = ranges(SPECIAL_V6);

/**
 * Public addresses, and those in `allowed` (CIDR ranges). An IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) is
 * looked at as what a connection to it would reach.
 */
export function addressGuard(allowed: readonly string[]): AddressGuard {
	const inside = rangeCheck(allowed);
	return (spelled) => {
		const address = plain(spelled);
		if (isIP(address) === 0) return false;
		return inside(address) || isPublic(address);
	};
}

/**
 * What a configured URL allows by naming it: an address that is written out, or this machine. A name says nothing: what
 * it resolves to is not in the operator's hands. Over plain HTTP only this machine.
 */
export function rangesNamedBy(url: string): string[] {
	const { protocol, hostname } = new URL(url);
	if (hostname === 'localhost') return ['127.0.0.0/8', '::1'];
	const address = hostname.replace(/^\[(.*)\]$/, '$1');
	if (isIP(address) === 0) return [];
	return protocol === 'https:' || rangeCheck(['127.0.0.0/8', '::1'])(address) ? [address] : [];
}

/** Whether an address lies in one of the CIDR ranges. */
export function rangeCheck(allowed: readonly string[]): AddressGuard {
	const list = ranges(allowed);
	return (spelled) => {
		const address = plain(spelled);
		return isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
	};
}

function isPublic(address: string): boolean {
	if (isIPv4(address)) return !specialV4.check(address, 'ipv4');
	return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
}

/** `::ffff:a.b.c.d`, also in hexadecimal, as IPv4. Others as they are; with a zone (`fe80::1%eth0`) it is none. */
function plain(address: string): string {
	if (isIP(address) !== 6 || address.includes('%')) return address.includes('%') ? '' : address;
	const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
	const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
	if (mapped === null) return canonical;
	const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
	return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function ranges(cidrs: readonly string[]): BlockList {
	const list = new BlockList();
	for (const cidr of cidrs) {
		const [address, bits] = cidr.split('/');
		const type = isIPv4(address!) ? 'ipv4' : 'ipv6';
		list.addSubnet(address!, bits === undefined ? (type === 'ipv4' ? 32 : 128) : Number(bits), type);
	}
	return list;
}
