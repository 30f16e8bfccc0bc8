import { addressText, parseAddress } from '../ip-addresses.ts';
import { bigintOfBytes, bytesOfBigint } from './bytes.ts';

/** The bytes of an address, as Go's `net.ParseIP`: 16 of them, or 4 if it is written as IPv4. No zones. */
export function parseIp(text: string): Buffer | undefined {
	const found = parseAddress(text);
	return found === undefined ? undefined : bytesOfBigint(found.address, 16).subarray(found.bits === 32 ? 12 : 0);
}

/** Like `netip.ParseAddr` of IPv6: a zone may follow `%`. */
export function isIpv6WithZone(text: string): boolean {
	const percent = text.indexOf('%');
	if (percent === text.length - 1) return false;
	return parseAddress(percent < 0 ? text : text.slice(0, percent))?.bits === 128;
}

/** Go's `net.IP.String`: an IPv4 address that IPv6 carries is written as IPv4; RFC 5952 otherwise. */
export function ipText(bytes: Buffer): string {
	return bytes.length === 4 ? bytes.join('.') : addressText(bigintOfBytes(bytes));
}

const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

/** The form by which two addresses are compared: IPv4 in its 4 bytes, however it was written. */
export function canonicalIp(bytes: Buffer): Buffer {
	return bytes.length === 16 && bytes.subarray(0, 12).equals(MAPPED) ? bytes.subarray(12) : bytes;
}

/** A network of the same length as its mask. */
export interface IpNetwork {
	readonly ip: Buffer;
	readonly mask: Buffer;
}

/** Go's `net.IPNet.Contains`. */
export function networkContains({ ip, mask }: IpNetwork, address: Buffer): boolean {
	// Go brings both to IPv4 where it can, the network with its mask.
	const own = canonicalIp(ip);
	const ownMask = own.length === 4 && mask.length === 16 ? mask.subarray(12) : mask;
	const other = canonicalIp(address);
	if (own.length !== other.length || ownMask.length !== own.length) return false;
	return own.every((byte, i) => (byte & ownMask[i]!) === (other[i]! & ownMask[i]!));
}
