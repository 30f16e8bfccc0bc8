import type { Certificate, Extension } from './certificate.ts';
import { namesAreAllowed } from './constraint-check.ts';
import { isForHost } from './hostnames.ts';
import { ANY_USAGE, SERVER_AUTH } from './key-usages.ts';
import { policiesAreValid } from './policy-graph.ts';
import { hasSigned } from './signature-algorithms.ts';

export interface VerifyOptions {
	/** The moment that the certificates must be valid at. */
	readonly nowNs: bigint;
	/** '' asks for none. */
	readonly dnsName: string;
	/** Any of them will do; none asks for a server's. */
	readonly keyUsages: readonly number[];
}

/** Candidates that one search may look at: each may cost a signature. */
const MOST_CANDIDATES = 100;

/**
 * The first chain from `leaf` to `root`, leaf first, as Go's `Certificate.Verify` finds it with these intermediates;
 * `undefined` if there is none. There are no other roots.
 */
export function verifiedChain(
	leaf: Certificate,
	intermediates: readonly Certificate[],
	root: Certificate,
	options: VerifyOptions,
): readonly Certificate[] | undefined {
	if (!isValid(leaf, 'leaf', [], options)) return undefined;
	if (options.dnsName !== '' && !isForHost(leaf, options.dnsName)) return undefined;
	const search = new Search(intermediates, root, options);
	const chains = leaf.raw.equals(root.raw) ? [[leaf]] : search.chainsFrom([leaf]);
	const anyUsage = options.keyUsages.includes(ANY_USAGE);
	const usages = options.keyUsages.length === 0 ? [SERVER_AUTH] : options.keyUsages;
	return chains.find(
		(chain) => policiesAreValid(chain) && (anyUsage || allowsUsage(chain, usages)) && namesAreAllowed(chain),
	);
}

type Role = 'leaf' | 'intermediate' | 'root';

class Search {
	readonly #bySubject = new Map<string, Certificate[]>();
	readonly #root: Certificate;
	readonly #options: VerifyOptions;
	#candidates = 0;

	constructor(intermediates: readonly Certificate[], root: Certificate, options: VerifyOptions) {
		this.#root = root;
		this.#options = options;
		const seen = new Set<string>();
		for (const certificate of intermediates) {
			const raw = certificate.raw.toString('latin1');
			if (seen.has(raw)) continue;
			seen.add(raw);
			const subject = certificate.rawSubject.toString('latin1');
			this.#bySubject.set(subject, [...(this.#bySubject.get(subject) ?? []), certificate]);
		}
	}

	/** Every chain that begins with these certificates and ends with the root. */
	chainsFrom(chain: readonly Certificate[]): (readonly Certificate[])[] {
		const child = chain.at(-1)!;
		const roots = child.rawIssuer.equals(this.#root.rawSubject) ? [this.#root] : [];
		const parents = this.#bySubject.get(child.rawIssuer.toString('latin1')) ?? [];
		return [
			...roots.filter((root) => this.#isParent(root, 'root', chain)).map((root) => [...chain, root]),
			...byLikelihood(parents, child).flatMap((parent) =>
				this.#isParent(parent, 'intermediate', chain) ? this.chainsFrom([...chain, parent]) : [],
			),
		];
	}

	#isParent(candidate: Certificate, role: Role, chain: readonly Certificate[]): boolean {
		if (++this.#candidates > MOST_CANDIDATES) return false;
		if (candidate.publicKey === undefined || isInChain(candidate, chain)) return false;
		return isSignedBy(chain.at(-1)!, candidate) && isValid(candidate, role, chain, this.#options);
	}
}

/** Those whose key identifier is the right one first, those of another one last. */
function byLikelihood(candidates: readonly Certificate[], child: Certificate): readonly Certificate[] {
	const none = Buffer.alloc(0);
	const wanted = child.facts.authorityKeyId ?? none;
	const rank = ({ facts: { subjectKeyId = none } }: Certificate) => {
		if (subjectKeyId.equals(wanted)) return 0;
		return subjectKeyId.length === 0 || wanted.length === 0 ? 1 : 2;
	};
	return [...candidates].sort((a, b) => rank(a) - rank(b));
}

/** Names and keys tell, not bytes: two certificates for one authority must not follow each other for ever. */
function isInChain(candidate: Certificate, chain: readonly Certificate[]): boolean {
	const names = alternativeNames(candidate);
	for (const certificate of chain) {
		if (!candidate.rawSubject.equals(certificate.rawSubject)) continue;
		if (!candidate.keyInfo.equals(certificate.keyInfo)) continue;
		const others = alternativeNames(certificate);
		if (names === undefined && others === undefined) return true;
		if (names === undefined || others === undefined) return false;
		if (names.value.equals(others.value)) return true;
	}
	return false;
}

function alternativeNames({ extensions }: Certificate): Extension | undefined {
	return extensions.find(({ id }) => id.join('.') === '2.5.29.17');
}

const CERT_SIGN = 1 << 5;

function isSignedBy(child: Certificate, { version, facts, publicKey }: Certificate): boolean {
	if (version === 3n ? !facts.basicConstraintsValid || !facts.isCa : facts.basicConstraintsValid && !facts.isCa) {
		return false;
	}
	if (facts.keyUsage !== 0 && (facts.keyUsage & CERT_SIGN) === 0) return false;
	return publicKey !== undefined && hasSigned(publicKey, child.signatureAlgorithm, child.tbs, child.signature);
}

function isValid(
	{ facts, notBefore, notAfter }: Certificate,
	role: Role,
	chain: readonly Certificate[],
	{ nowNs }: VerifyOptions,
): boolean {
	if (facts.unhandledCritical.length > 0) return false;
	if (nowNs < notBefore.ns || nowNs > notAfter.ns) return false;
	if (role === 'intermediate' && !(facts.basicConstraintsValid && facts.isCa)) return false;
	const most = facts.maxPathLen.value;
	return !facts.basicConstraintsValid || most < 0n || BigInt(chain.length - 1) <= most;
}

/** From the root down every certificate crosses out what it does not allow; one usage must be left. */
function allowsUsage(chain: readonly Certificate[], usages: readonly number[]): boolean {
	let left = usages;
	for (const { facts } of [...chain].reverse()) {
		if (facts.extKeyUsage.length === 0 && facts.unknownExtKeyUsage.length === 0) continue;
		if (facts.extKeyUsage.includes(ANY_USAGE)) continue;
		left = left.filter((usage) => facts.extKeyUsage.includes(usage));
		if (left.length === 0) return false;
	}
	return true;
}
