import { BuiltinError } from '../types.ts';
import { type AlternativeNames, NO_NAMES, readAlternativeNames } from './alternative-names.ts';
import type { Extension } from './certificate.ts';
import { context, Der, malformed, type Oid, TAG } from './der.ts';
import { extKeyUsage } from './key-usages.ts';
import { type NameConstraints, NO_CONSTRAINTS, readNameConstraints } from './name-constraints.ts';
import { isOid } from './oid-text.ts';

/** An integer, and whether it was written as 0: Go's 0 alone means that it is missing. */
export interface Count {
	readonly value: bigint;
	readonly zero: boolean;
}

/** What the extensions of RFC 5280 say. Unread ones leave nil, which is `undefined` here. */
export interface Facts extends AlternativeNames, NameConstraints {
	readonly keyUsage: number;
	readonly basicConstraintsValid: boolean;
	readonly isCa: boolean;
	readonly maxPathLen: Count;
	readonly crlDistributionPoints: readonly Buffer[];
	readonly subjectKeyId: Buffer | undefined;
	readonly authorityKeyId: Buffer | undefined;
	readonly extKeyUsage: readonly number[];
	readonly unknownExtKeyUsage: readonly Oid[];
	/** Object identifiers as they are encoded. */
	readonly policies: readonly Buffer[] | undefined;
	readonly policyMappings: readonly (readonly [issuer: Buffer, subject: Buffer])[];
	readonly requireExplicitPolicy: Count;
	readonly inhibitPolicyMapping: Count;
	readonly inhibitAnyPolicy: Count;
	readonly ocspServer: readonly Buffer[];
	readonly issuingCertificateUrl: readonly Buffer[];
	readonly unhandledCritical: readonly Oid[];
}

const MISSING: Count = { value: 0n, zero: false };
const count = (value: bigint): Count => ({ value, zero: value === 0n });

export const NO_FACTS: Facts = {
	...NO_NAMES,
	...NO_CONSTRAINTS,
	keyUsage: 0,
	basicConstraintsValid: false,
	isCa: false,
	maxPathLen: MISSING,
	crlDistributionPoints: [],
	subjectKeyId: undefined,
	authorityKeyId: undefined,
	extKeyUsage: [],
	unknownExtKeyUsage: [],
	policies: undefined,
	policyMappings: [],
	requireExplicitPolicy: MISSING,
	inhibitPolicyMapping: MISSING,
	inhibitAnyPolicy: MISSING,
	ocspServer: [],
	issuingCertificateUrl: [],
	unhandledCritical: [],
};

/** What one extension says; `undefined` if it is unknown or says nothing that is. */
type Reader = (der: Der, extension: Extension) => Partial<Facts> | undefined;

const READERS: Readonly<Record<string, Reader>> = {
	'2.5.29.14': (der, extension) => {
		mustNotBeCritical(extension);
		return { subjectKeyId: der.content(TAG.octetString) };
	},
	'2.5.29.15': (der) => ({ keyUsage: readKeyUsage(der) }),
	'2.5.29.17': (der) => readAlternativeNames(der),
	'2.5.29.19': (der) => readBasicConstraints(der.inside(TAG.sequence)),
	'2.5.29.30': (der, extension) => readNameConstraints(der, extension.critical),
	'2.5.29.31': (der) => ({ crlDistributionPoints: readDistributionPoints(der.inside(TAG.sequence)) }),
	'2.5.29.32': (der) => ({ policies: readPolicies(der.inside(TAG.sequence)) }),
	'2.5.29.33': (der) => ({ policyMappings: readMappings(der.inside(TAG.sequence)) }),
	'2.5.29.35': (der, extension) => {
		mustNotBeCritical(extension);
		const id = der.inside(TAG.sequence);
		return { authorityKeyId: id.is(context(0)) ? id.content(context(0)) : undefined };
	},
	'2.5.29.36': (der) => readPolicyConstraints(der.inside(TAG.sequence)),
	'2.5.29.37': (der) => readExtKeyUsage(der.inside(TAG.sequence)),
	'2.5.29.54': (der) => ({ inhibitAnyPolicy: count(der.int64()) }),
	'1.3.6.1.5.5.7.1.1': (der, extension) => {
		mustNotBeCritical(extension);
		return readAuthorityAccess(der.inside(TAG.sequence));
	},
};

export function readFacts(extensions: readonly Extension[]): Facts {
	let facts = NO_FACTS;
	const unhandled: Oid[] = [];
	for (const extension of extensions) {
		const found = READERS[extension.id.join('.')]?.(new Der(extension.value), extension);
		const { handled, ...said } = { handled: found !== undefined, ...found };
		if (extension.critical && !handled) unhandled.push(extension.id);
		facts = { ...facts, ...said };
	}
	return { ...facts, unhandledCritical: unhandled };
}

function mustNotBeCritical({ critical }: Extension): void {
	if (critical) throw new BuiltinError('an extension that must not be critical');
}

/** Nine flags (RFC 5280 §4.2.1.3), the first one is 1. */
function readKeyUsage(der: Der): number {
	const { bytes, bits } = der.bitString();
	let usage = 0;
	for (let i = 0; i < Math.min(9, bits); i++) {
		if ((bytes[i >> 3]! & (0x80 >> (i & 7))) !== 0) usage |= 1 << i;
	}
	return usage;
}

function readBasicConstraints(der: Der): Partial<Facts> {
	const isCa = der.is(TAG.boolean) && der.boolean();
	const length = der.is(TAG.integer) ? der.int64() : undefined;
	if (length !== undefined && length < 0n) throw malformed();
	return { isCa, basicConstraintsValid: true, maxPathLen: count(length ?? -1n) };
}

/** Only names that are URLs. */
function readDistributionPoints(list: Der): Buffer[] {
	const urls: Buffer[] = [];
	const first = context(0, { constructed: true });
	while (!list.empty) {
		const names = list.inside(TAG.sequence).maybeInside(first)?.inside(first);
		while (names?.is(context(6))) urls.push(names.content(context(6)));
	}
	return urls;
}

function readPolicies(list: Der): Buffer[] {
	const policies: Buffer[] = [];
	while (!list.empty) policies.push(list.inside(TAG.sequence).content(TAG.oid));
	const distinct = new Set(policies.map((policy) => policy.toString('hex')));
	if (distinct.size < policies.length || !policies.every(isOid)) throw malformed();
	return policies;
}

function readMappings(list: Der): [Buffer, Buffer][] {
	const mappings: [Buffer, Buffer][] = [];
	while (!list.empty) {
		const mapping = list.inside(TAG.sequence);
		mappings.push([mapping.content(TAG.oid), mapping.content(TAG.oid)]);
	}
	return mappings;
}

function readPolicyConstraints(der: Der): Partial<Facts> {
	const explicit = der.is(context(0)) ? count(der.int64(context(0))) : MISSING;
	const mapping = der.is(context(1)) ? count(der.int64(context(1))) : MISSING;
	return { requireExplicitPolicy: explicit, inhibitPolicyMapping: mapping };
}

function readExtKeyUsage(list: Der): Partial<Facts> {
	const known: number[] = [];
	const unknown: Oid[] = [];
	while (!list.empty) {
		const oid = list.oid();
		const usage = extKeyUsage(oid.join('.'));
		if (usage === undefined) unknown.push(oid);
		else known.push(usage);
	}
	return { extKeyUsage: known, unknownExtKeyUsage: unknown };
}

function readAuthorityAccess(list: Der): Partial<Facts> {
	const ocspServer: Buffer[] = [];
	const issuingCertificateUrl: Buffer[] = [];
	while (!list.empty) {
		const access = list.inside(TAG.sequence);
		const method = access.oid().join('.');
		if (!access.is(context(6))) continue;
		const url = access.content(context(6));
		if (method === '1.3.6.1.5.5.7.48.1') ocspServer.push(url);
		if (method === '1.3.6.1.5.5.7.48.2') issuingCertificateUrl.push(url);
	}
	return { ocspServer, issuingCertificateUrl };
}
