import type { Certificate } from './certificate.ts';
import { canonicalIp, parseIp } from './ip.ts';

/** Whether the certificate is for this host, as Go's `VerifyHostname`: its alternative names count, no common name. */
export function isForHost({ facts }: Certificate, host: string): boolean {
	const bare = /^\[.+\]$/s.test(host) ? host.slice(1, -1) : host;
	const address = parseIp(bare);
	if (address !== undefined) {
		const own = canonicalIp(address);
		return facts.ipAddresses.some((candidate) => canonicalIp(candidate).equals(own));
	}
	const name = lower(host);
	const labels = name.replace(/\.$/, '').split('.');
	const valid = isHostname(name.replace(/\.$/, ''), false);
	return facts.dnsNames.some((pattern) =>
		valid && isHostname(pattern, true) ? matches(lower(pattern).split('.'), labels) : equals(lower(pattern), name),
	);
}

/** Only a whole label at the front may be a wildcard. */
function isHostname(name: string, pattern: boolean): boolean {
	if (name === '*') return false;
	return name.split('.').every((label, i) => (pattern && i === 0 && label === '*') || /^\w[\w-]*$/.test(label));
}

function matches(pattern: readonly string[], labels: readonly string[]): boolean {
	if (pattern.length !== labels.length) return false;
	return pattern.every((label, i) => (i === 0 && label === '*') || label === labels[i]);
}

function equals(pattern: string, name: string): boolean {
	return pattern !== '' && pattern !== '.' && pattern === name;
}

function lower(text: string): string {
	return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
