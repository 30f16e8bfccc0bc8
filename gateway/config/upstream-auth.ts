import { type Complaint, escapeToken } from '../../engine/schema/explain.ts';
import type { SecretSource } from './secret.ts';

/** How the gateway gets its own OAuth tokens for a server (`servers.*.http.auth`). */
export interface UpstreamAuth {
	/**
	 * `clientCredentials`: one token for all callers (RFC 6749 §4.4). `tokenExchange`: one a caller, for their own
	 * token (RFC 8693). `userGrant`: one a person, who consented in a browser (RFC 6749 §4.1 with PKCE).
	 */
	readonly kind: UpstreamAuthKind;
	/** The authorization server; its metadata says the rest. Absent with `tokenUrl`, or (`userGrant`) named by the server (RFC 9728). */
	readonly issuer?: string;
	readonly tokenUrl?: string;
	/** Absent (`userGrant`): registered by itself (RFC 7591). */
	readonly clientId?: string;
	readonly clientSecret?: SecretSource;
	/** How the secret is shown at the token endpoint; absent: as the metadata asks, else `basic`. */
	readonly authMethod?: 'basic' | 'post';
	/** Space separated. */
	readonly scope?: string;
	/** RFC 8707; the server's URL unless it says otherwise. Absent: not sent. */
	readonly resource?: string;
	/** RFC 8693 `audience`. */
	readonly audience?: string;
	/** CIDR ranges of private networks in which the authorization server may be. */
	readonly allowPrivate: readonly string[];
}

export type UpstreamAuthKind = 'clientCredentials' | 'tokenExchange' | 'userGrant';

export const UPSTREAM_AUTH_KINDS: readonly UpstreamAuthKind[] = ['clientCredentials', 'tokenExchange', 'userGrant'];

/** As it stands in the file, checked by the schema. */
export type RawUpstreamAuth = {
	readonly [K in UpstreamAuthKind]?: Omit<UpstreamAuth, 'kind' | 'clientSecret' | 'resource' | 'allowPrivate'> & {
		readonly clientSecret?: { env: string } | { file: string } | { command: string | string[] };
		readonly resource?: string | false;
		readonly allowPrivate?: readonly string[];
	};
};

/** The piece of the configuration's schema. `secret`: what a secret source looks like. */
export function upstreamAuthSchema(secret: object) {
	const text = { type: 'string', minLength: 1, description: 'a text' };
	const url = { type: 'string', pattern: '^https?://[^\\s]+$', description: 'an http or https URL' };
	const common = {
		issuer: url,
		clientId: text,
		clientSecret: secret,
		authMethod: { enum: ['basic', 'post'] },
		scope: text,
		resource: { anyOf: [url, { const: false }], description: 'an http or https URL, or `false`' },
		allowPrivate: { type: 'array', items: text, description: 'a list of CIDR ranges' },
	};
	const object = (properties: object, required: readonly string[], more: object = {}) => ({
		type: 'object',
		additionalProperties: false,
		required,
		properties,
		...more,
	});
	const where = {
		description: 'must have exactly one of `issuer` and `tokenUrl`',
		oneOf: [{ required: ['issuer'] }, { required: ['tokenUrl'] }],
	};
	const machine = { ...common, tokenUrl: url };
	return {
		type: 'object',
		additionalProperties: false,
		description: 'must have exactly one of `clientCredentials`, `tokenExchange`, `userGrant`',
		oneOf: UPSTREAM_AUTH_KINDS.map((kind) => ({ required: [kind] })),
		properties: {
			clientCredentials: object(machine, ['clientId', 'clientSecret'], where),
			tokenExchange: object({ ...machine, audience: text }, ['clientId', 'clientSecret'], where),
			userGrant: object(common, []),
		},
	} as const;
}

/** Fills in the defaults. `url`: of the server. */
export function upstreamAuth(
	raw: RawUpstreamAuth,
	url: string,
	source: (raw: { env: string } | { file: string } | { command: string | string[] }) => SecretSource,
): UpstreamAuth {
	const kind = UPSTREAM_AUTH_KINDS.find((name) => raw[name] !== undefined)!;
	const { clientSecret, resource, allowPrivate = [], ...rest } = raw[kind]!;
	const named = resource ?? canonical(url);
	return {
		kind,
		...rest,
		...(clientSecret === undefined ? {} : { clientSecret: source(clientSecret) }),
		...(named === false ? {} : { resource: named }),
		allowPrivate,
	};
}

/** As the file has it. */
export function spellUpstreamAuth({ kind, resource, ...rest }: UpstreamAuth): object {
	return { [kind]: { ...rest, resource: resource ?? false } };
}

/** What the schema cannot say of it. `base`: pointer of the server's `http`. */
export function* upstreamAuthRules(
	raw: RawUpstreamAuth,
	remote: { readonly url: string; readonly headers?: Readonly<Record<string, unknown>> },
	base: string,
	isRange: (text: string) => boolean,
): Generator<Complaint> {
	const kind = UPSTREAM_AUTH_KINDS.find((name) => raw[name] !== undefined);
	if (kind === undefined) return;
	const at = `${base}/auth/${kind}`;
	const auth = raw[kind]!;
	const header = Object.keys(remote.headers ?? {}).find((name) => name.toLowerCase() === 'authorization');
	if (header !== undefined) {
		yield complaint(
			`${base}/headers/${escapeToken(header)}`,
			'`auth` and `headers.authorization` both say what the gateway shows this server',
			'remove one of them',
			true,
		);
	}
	if (isClear(remote.url)) {
		yield complaint(`${base}/url`, 'tokens would cross the network in clear', 'use an https URL, or one on loopback');
	}
	for (const key of ['issuer', 'tokenUrl'] as const) {
		const url = auth[key];
		if (url === undefined) continue;
		const read = URL.parse(url);
		if (read === null) yield complaint(`${at}/${key}`, `\`${url}\` is not a URL`);
		else if (read.username !== '' || read.password !== '' || read.hash !== '') {
			yield complaint(`${at}/${key}`, `\`${key}\` must be a URL without credentials and fragment`);
		} else if (isClear(url)) {
			yield complaint(`${at}/${key}`, 'secrets would cross the network in clear', 'use https, or http on loopback');
		}
	}
	if (typeof auth.resource === 'string' && auth.resource.includes('#')) {
		yield complaint(`${at}/resource`, 'a `resource` has no fragment (RFC 8707)');
	}
	for (const [i, range] of (auth.allowPrivate ?? []).entries()) {
		if (!isRange(range)) {
			yield complaint(`${at}/allowPrivate/${i}`, `\`${range}\` is not a CIDR range`, 'write it like `10.0.0.0/8`');
		}
	}
	if (kind === 'tokenExchange' && base.endsWith('/ws')) {
		const message = 'a socket is opened with one token, and carries frames of callers who came with others';
		yield complaint(at, `\`tokenExchange\` is not possible over WebSocket: ${message}`, 'use `http`', true);
	}
	if (kind !== 'userGrant') return;
	if (auth.clientId !== undefined && auth.issuer === undefined) {
		yield complaint(
			`${at}/clientId`,
			'`clientId` without `issuer`: the server could name any authorization server to show it to',
			'add the `issuer` that knows this client',
			true,
		);
	}
	if (auth.clientSecret !== undefined && auth.clientId === undefined) {
		yield complaint(
			`${at}/clientSecret`,
			'`clientSecret` without `clientId`',
			'add the `clientId` it belongs to',
			true,
		);
	}
}

/** http to somewhere else than this machine. */
function isClear(url: string): boolean {
	const read = URL.parse(url);
	if (read === null || (read.protocol !== 'http:' && read.protocol !== 'ws:')) return false;
	return !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(read.hostname);
}

/** RFC 8707 §2: absolute, without fragment; a query is no part of what is protected here. */
function canonical(url: string): string {
	const read = URL.parse(url);
	if (read === null) return url;
	const text = `${read.origin}${read.pathname}`;
	return read.pathname === '/' ? read.origin : text.replace(/\/$/, '');
}

function complaint(pointer: string, message: string, help?: string, key = false): Complaint {
	return { pointer, key, message, ...(help === undefined ? {} : { help }) };
}
