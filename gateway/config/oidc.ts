import { type Complaint, escapeToken } from '../../engine/schema/explain.ts';
import { ALGORITHMS, type OidcIssuer } from '../identity/oidc/types.ts';
import { rangesNamedBy } from '../net/address-guard.ts';

/** As it stands in the file, checked by the schema. */
export interface RawOidcIssuer {
	readonly issuer: string;
	readonly audience?: string | readonly string[];
	readonly adminAudience?: string;
	readonly idClaim?: string;
	readonly humanClaim?: string;
	readonly groupsClaim?: string;
	readonly algorithms?: readonly string[];
	readonly allowPrivate?: readonly string[];
}

const text = { type: 'string', minLength: 1, description: 'a text' } as const;
const texts = { type: 'array', items: text, minItems: 1, description: 'a list of texts' } as const;

/** The piece of the configuration's schema. */
export const oidcSchema = {
	type: 'array',
	description: 'a list of issuers',
	items: {
		type: 'object',
		additionalProperties: false,
		required: ['issuer'],
		properties: {
			issuer: { type: 'string', pattern: '^https?://[^\\s?#]+$', description: 'an http or https URL without query' },
			audience: { anyOf: [text, texts], description: 'a text or a list of texts' },
			adminAudience: text,
			idClaim: text,
			humanClaim: text,
			groupsClaim: text,
			algorithms: {
				type: 'array',
				minItems: 1,
				items: { enum: ALGORITHMS },
				description: 'a list of asymmetric JWS algorithms',
			},
			allowPrivate: { type: 'array', items: text, description: 'a list of CIDR ranges' },
		},
	},
} as const;

/** What an OAuth scope may be spelled with (RFC 6749 §3.3). */
const scope = { type: 'string', pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$', description: 'an OAuth scope' } as const;
const scopes = { type: 'array', items: scope, description: 'a list of OAuth scopes' } as const;

/** `servers.*.scopes`: a list for all, or lists by method. */
export const scopesSchema = {
	anyOf: [scopes, { type: 'object', additionalProperties: scopes }],
	description: 'a list of OAuth scopes, or such lists by method (`*`: all)',
} as const;

export type RawScopes = readonly string[] | Readonly<Record<string, readonly string[]>>;

/** By method; `*` is needed for everything. */
export type ScopesNeeded = Readonly<Record<string, readonly string[]>>;

export function scopesNeeded(raw: RawScopes): ScopesNeeded {
	return Array.isArray(raw) ? { '*': raw } : { ...(raw as ScopesNeeded) };
}

/** Fills in the defaults. */
export function oidcIssuer(raw: RawOidcIssuer): OidcIssuer {
	const { audience = [] } = raw;
	return {
		issuer: raw.issuer,
		audiences: typeof audience === 'string' ? [audience] : audience,
		...(raw.adminAudience === undefined ? {} : { adminAudience: raw.adminAudience }),
		idClaim: raw.idClaim ?? 'sub',
		humanClaim: raw.humanClaim ?? 'email',
		groupsClaim: raw.groupsClaim ?? 'groups',
		algorithms: raw.algorithms ?? ALGORITHMS,
		allowPrivate: raw.allowPrivate ?? [],
	};
}

/** What `printConfig` writes, and `oidcIssuer` reads back. */
export function spellOidcIssuer({ audiences, ...rest }: OidcIssuer): RawOidcIssuer {
	return { ...rest, ...(audiences.length === 0 ? {} : { audience: audiences }) };
}

/** What a schema cannot say. `isRange`: whether a text is a CIDR range. */
export function* oidcRules(
	issuers: readonly RawOidcIssuer[],
	isRange: (text: string) => boolean,
): Generator<Complaint> {
	const seen = new Set<string>();
	for (const [i, { issuer, audience, adminAudience, allowPrivate = [] }] of issuers.entries()) {
		const base = `/identity/oidc/${i}`;
		const url = URL.parse(issuer);
		if (url === null || url.username !== '' || url.password !== '') {
			yield { pointer: `${base}/issuer`, key: false, message: `\`${issuer}\` is not a URL without credentials` };
		} else if (url.protocol === 'http:' && allowPrivate.length === 0 && rangesNamedBy(issuer).length === 0) {
			yield {
				pointer: `${base}/issuer`,
				key: false,
				message: "keys that come over plain http could be anybody's",
				help: 'use https; plain http works on this machine, and to addresses within `allowPrivate`',
			};
		}
		if (seen.has(issuer)) {
			yield {
				pointer: `${base}/issuer`,
				key: false,
				message: `the issuer \`${issuer}\` is there twice`,
				help: 'give one entry a list as `audience`',
			};
		}
		seen.add(issuer);
		if (adminAudience !== undefined && [audience].flat().includes(adminAudience)) {
			yield {
				pointer: `${base}/adminAudience`,
				key: false,
				message: '`adminAudience` is an `audience` too: tokens of agents would reach the admin API',
				help: 'give the admin API an audience of its own, or leave `adminAudience` out',
			};
		}
		for (const [k, range] of allowPrivate.entries()) {
			if (isRange(range)) continue;
			const pointer = `${base}/allowPrivate/${escapeToken(String(k))}`;
			yield { pointer, key: false, message: `\`${range}\` is not a CIDR range`, help: 'write it like `10.0.0.0/8`' };
		}
	}
}
