import { BuiltinError } from '../types.ts';
import { context, type Der, malformed, TAG } from './der.ts';
import { readAscii } from './der-strings.ts';
import { isDomainConstraint } from './domain-names.ts';
import { type IpNetwork, parseIp } from './ip.ts';
import { parseMailbox } from './mailboxes.ts';

/** Names of four kinds that a certificate permits or excludes. */
export interface NameTrees {
	readonly dnsDomains: readonly string[];
	readonly ipRanges: readonly IpNetwork[];
	readonly emailAddresses: readonly string[];
	readonly uriDomains: readonly string[];
}

/** The name constraints of RFC 5280 §4.2.1.10. */
export interface NameConstraints {
	readonly permitted: NameTrees;
	readonly excluded: NameTrees;
	readonly constraintsCritical: boolean;
}

const NO_TREES: NameTrees = { dnsDomains: [], ipRanges: [], emailAddresses: [], uriDomains: [] };

export const NO_CONSTRAINTS: NameConstraints = { permitted: NO_TREES, excluded: NO_TREES, constraintsCritical: false };

/** With `handled` false if names of another kind are constrained. */
export function readNameConstraints(outer: Der, critical: boolean): NameConstraints & { readonly handled: boolean } {
	const der = outer.inside(TAG.sequence);
	const permitted = der.maybeInside(context(0, { constructed: true }));
	const excluded = der.maybeInside(context(1, { constructed: true }));
	if (!outer.empty || !der.empty || ((permitted?.empty ?? true) && (excluded?.empty ?? true))) throw malformed();
	const [yes, no] = [readTrees(permitted), readTrees(excluded)];
	return { permitted: yes.trees, excluded: no.trees, constraintsCritical: critical, handled: yes.all && no.all };
}

function readTrees(list: Der | undefined): { readonly trees: NameTrees; readonly all: boolean } {
	const dnsDomains: string[] = [];
	const ipRanges: IpNetwork[] = [];
	const emailAddresses: string[] = [];
	const uriDomains: string[] = [];
	let all = true;
	while (list !== undefined && !list.empty) {
		const { tag, content } = list.inside(TAG.sequence).any();
		if (tag === context(2)) dnsDomains.push(domain(content));
		else if (tag === context(7)) ipRanges.push(network(content));
		else if (tag === context(1)) emailAddresses.push(address(content));
		else if (tag === context(6)) uriDomains.push(uriDomain(content));
		else all = false;
	}
	return { trees: { dnsDomains, ipRanges, emailAddresses, uriDomains }, all };
}

function domain(content: Buffer): string {
	const name = readAscii(content);
	if (!isDomainConstraint(name)) throw new BuiltinError('no domain to constrain');
	return name;
}

function uriDomain(content: Buffer): string {
	const name = domain(content);
	if (parseIp(name) !== undefined) throw new BuiltinError('an address for a domain');
	return name;
}

/** A mailbox, or all of a domain. */
function address(content: Buffer): string {
	const name = readAscii(content);
	if (!name.includes('@')) return domain(content);
	if (parseMailbox(name) === undefined) throw new BuiltinError('no mailbox to constrain');
	return name;
}

function network(content: Buffer): IpNetwork {
	if (content.length !== 8 && content.length !== 32) throw new BuiltinError('no network to constrain');
	const half = content.length / 2;
	const mask = content.subarray(half);
	const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('');
	if (!/^1*0*$/.test(bits)) throw new BuiltinError('no network mask');
	return { ip: content.subarray(0, half), mask };
}
