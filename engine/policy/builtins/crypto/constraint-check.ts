import { BuiltinError } from '../types.ts';
import type { Certificate } from './certificate.ts';
import { isDomainName } from './domain-names.ts';
import type { GoUrl } from './go-url.ts';
import { isIpv6WithZone, parseIp } from './ip.ts';
import { type Mailbox, parseMailbox } from './mailboxes.ts';
import type { NameTrees } from './name-constraints.ts';
import { domainTrees, networkTrees, type Query } from './subtrees.ts';

/** The names that constraints are about. */
interface Names {
	readonly dnsNames: readonly string[];
	readonly ipAddresses: readonly Buffer[];
	readonly hosts: readonly string[];
	readonly mailboxes: readonly Mailbox[];
}

type Check = (names: Names) => boolean;

/**
 * Whether every name in the chain (leaf first) is one that the certificates above it permit. Names of a kind that
 * cannot be compared are not (Go's `checkChainConstraints`).
 */
export function namesAreAllowed(chain: readonly Certificate[]): boolean {
	const checks = chain.map(checkOf);
	return chain.every((certificate, i) => {
		const above = checks.slice(i + 1).filter((check) => check !== undefined);
		if (above.length === 0 || !has(certificate, '2.5.29.17')) return true;
		const names = namesOf(certificate);
		return names !== undefined && above.every((check) => check(names));
	});
}

function has({ extensions }: Certificate, oid: string): boolean {
	return extensions.some(({ id }) => id.join('.') === oid);
}

function checkOf(certificate: Certificate): Check | undefined {
	if (!has(certificate, '2.5.29.30')) return undefined;
	const permitted = queries(certificate.facts.permitted, false);
	const excluded = queries(certificate.facts.excluded, true);
	const isAllowed = <Name>(name: Name, yes: Query<Name> | undefined, no: Query<Name> | undefined) =>
		(yes === undefined || yes(name)) && (no === undefined || !no(name));
	return ({ dnsNames, ipAddresses, hosts, mailboxes }) =>
		ipAddresses.every((address) => isAllowed(address, permitted.network, excluded.network)) &&
		dnsNames.every((name) => isDomainName(name) && isAllowed(name, permitted.dns, excluded.dns)) &&
		hosts.every((host) => isDomainName(host) && isAllowed(host, permitted.uri, excluded.uri)) &&
		mailboxes.every((mailbox) => isAllowed(mailbox, permitted.mailbox, excluded.mailbox));
}

/** A question for each kind of name; `undefined` where nothing is said. */
function queries(trees: NameTrees, wildcards: boolean) {
	const domains = (list: readonly string[]) => (list.length === 0 ? undefined : domainTrees(list, { wildcards }));
	return {
		dns: domains(trees.dnsDomains),
		uri: domains(trees.uriDomains),
		network: trees.ipRanges.length === 0 ? undefined : networkTrees(trees.ipRanges),
		mailbox: trees.emailAddresses.length === 0 ? undefined : mailboxQuery(trees.emailAddresses, wildcards),
	};
}

function mailboxQuery(addresses: readonly string[], wildcards: boolean): Query<Mailbox> {
	const key = ({ local, domain }: Mailbox) => JSON.stringify([local, domain.toLowerCase()]);
	const parsed = addresses.filter((address) => address.includes('@')).map(parseMailbox);
	const whole = new Set(parsed.filter((mailbox) => mailbox !== undefined).map(key));
	const domains = addresses.filter((address) => !address.includes('@'));
	const inDomain = domains.length === 0 ? () => false : domainTrees(domains, { wildcards });
	return (mailbox) => whole.has(key(mailbox)) || inDomain(mailbox.domain);
}

function namesOf({ facts }: Certificate): Names | undefined {
	try {
		return {
			dnsNames: facts.dnsNames,
			ipAddresses: facts.ipAddresses,
			hosts: facts.urls.map(hostOf),
			mailboxes: facts.emailAddresses.map(mailboxOf),
		};
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}

function mailboxOf(address: string): Mailbox {
	const mailbox = parseMailbox(address);
	if (mailbox === undefined) throw new BuiltinError('no mailbox');
	return { local: mailbox.local, domain: mailbox.domain.toLowerCase() };
}

/** A URL without a host, or with an address for one, cannot be compared. */
function hostOf({ host }: GoUrl): string {
	const lower = host.toLowerCase();
	if (lower === '') throw new BuiltinError('no host');
	if (lower.includes(':') && !lower.endsWith(']')) {
		// As `net.SplitHostPort`.
		const [, name] = /^(\[[^[\]]*\]|[^:[\]]*):[^[\]:]*$/.exec(host) ?? [];
		if (name === undefined) throw new BuiltinError('no host and port');
		return comparable(name.startsWith('[') ? name.slice(1, -1) : name);
	}
	return comparable(lower);
}

function comparable(host: string): string {
	if (/^\[.*\]$/s.test(host) || parseIp(host) !== undefined || isIpv6WithZone(host))
		throw new BuiltinError('no name of a host');
	return host;
}
