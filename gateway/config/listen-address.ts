import { isIPv4, isIPv6 } from 'node:net';

/** Where the gateway accepts connections. Port 0 asks the system for a free one. */
export interface ListenAddress {
	/** Without brackets. */
	readonly host: string;
	readonly port: number;
}

/** `127.0.0.1:7070`, `[::1]:7070`, `localhost:0`, `gateway.internal:80`; undefined when it is none. */
export function listenAddress(text: string): ListenAddress | undefined {
	const parts = /^(?:\[([^\]]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$/.exec(text);
	if (parts === null) return undefined;
	const port = Number(parts[3]);
	if (port > 65535) return undefined;
	if (parts[1] !== undefined) return isIPv6(parts[1]) ? { host: parts[1], port } : undefined;
	const host = parts[2]!;
	// 127.1 or 0177.0.0.1 mean an address to some resolvers and a name to others
	if (/^[0-9.]+$/.test(host) && !isIPv4(host)) return undefined;
	return { host, port };
}

/** The spelling that `listenAddress` reads. */
export function spellAddress(address: ListenAddress): string {
	return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** true when only this machine can reach it: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(address: ListenAddress): boolean {
	const host = address.host.toLowerCase();
	if (host === 'localhost') return true;
	if (isIPv4(host)) return host.startsWith('127.');
	return isIPv6(host) && new URL(`http://[${host}]`).hostname === '[::1]';
}
