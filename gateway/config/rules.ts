import { isIP } from 'node:net';
import { type Complaint, escapeToken, tokens } from '../../engine/schema/explain.ts';
import { adminUrlRules } from './admin-url.ts';
import { isLoopback, listenAddress } from './listen-address.ts';
import type { RawConfig } from './normalise.ts';
import { NOT_YET } from './not-yet.ts';
import { oidcRules } from './oidc.ts';
import { upstreamAuthRules } from './upstream-auth.ts';

/** Headers whose whole purpose is a secret: a literal there would end in a file, a log or a repository. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

/** Headers that belong to the connection or to the protocol; the gateway writes them itself. */
const OWN_HEADERS = new Set([
	'host',
	'content-length',
	'connection',
	'upgrade',
	'transfer-encoding',
	'content-type',
	'accept',
	'accept-encoding',
]);

/** What contract §4 asks and a schema cannot say. */
export function* contradictions(raw: RawConfig): Generator<Complaint> {
	const listen = listenAddress(raw.listen ?? '127.0.0.1:7070');
	const admin = listenAddress(raw.admin ?? '127.0.0.1:7071');
	for (const [key, address] of [
		['listen', listen],
		['admin', admin],
	] as const) {
		if (address === undefined) yield at(`/${key}`, `\`${key}\` is not host and port`, 'write it like `127.0.0.1:7070`');
	}
	if (listen === undefined || admin === undefined) return;
	if (listen.port !== 0 && listen.port === admin.port && listen.host === admin.host) {
		yield at('/admin', '`admin` and `listen` are the same address', 'give `admin` another port');
	}
	yield* exposure(raw, isLoopback(listen), isLoopback(admin));
	yield* adminUrlRules(raw, isLoopback(admin));
	for (const [i, range] of (raw.trustProxy ?? []).entries()) {
		if (!isRange(range)) yield at(`/trustProxy/${i}`, `\`${range}\` is not a CIDR range`, 'write it like `10.0.0.0/8`');
	}
	for (const [i, origin] of (raw.allowedOrigins ?? []).entries()) {
		if (!isOrigin(origin)) {
			yield at(`/allowedOrigins/${i}`, `\`${origin}\` is not an origin`, 'write it like `https://app.example.com`');
		}
	}
	for (const [name, server] of Object.entries(raw.servers)) yield* headers(name, server);
	yield* oidcRules(raw.identity?.oidc ?? [], isRange);
}

function* exposure(raw: RawConfig, listenLocal: boolean, adminLocal: boolean): Generator<Complaint> {
	if (!listenLocal && raw.publicUrl === undefined) {
		yield at(
			'/listen',
			'`listen` is not on loopback, and `publicUrl` is missing',
			'add the URL clients use as `publicUrl`',
		);
	}
	for (const [key, local, tls] of [
		['listen', listenLocal, 'tls'],
		['admin', adminLocal, 'adminTls'],
	] as const) {
		if (local || raw[tls] !== undefined || (raw.trustProxy ?? []).length > 0) continue;
		const help = `set \`${tls}\`, listen on 127.0.0.1, or name the addresses of a TLS-ending proxy in \`trustProxy\``;
		yield at(`/${key}`, `\`${key}\` is not on loopback and nothing encrypts it`, help);
	}
	if (raw.identity?.mtls !== undefined && raw.tls?.clientCa === undefined) {
		yield at('/identity/mtls', '`identity.mtls` needs `tls.clientCa`: without it no client is asked for a certificate');
	}
	if (raw.identity?.anonymous === true && (!listenLocal || raw.publicUrl !== undefined)) {
		const why = listenLocal ? '`publicUrl` is set' : '`listen` is not on loopback';
		const help = 'remove it and give clients tokens (`sluice token create`)';
		yield at('/identity/anonymous', `\`identity.anonymous\` is not possible where ${why}`, help);
	}
	if (raw.publicUrl !== undefined) {
		const url = URL.parse(raw.publicUrl);
		if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
			yield at('/publicUrl', '`publicUrl` must be a URL without credentials, query and fragment');
		}
	}
	if (
		raw.identity?.anonymous !== true &&
		raw.identity?.tokens === false &&
		!raw.identity.oidc?.length &&
		!raw.identity.mtls
	) {
		const message =
			'nobody could connect: `identity.tokens` and `identity.anonymous` are off, and there is no `identity.oidc`';
		yield at('/identity/tokens', message);
	}
}

function* headers(name: string, server: RawConfig['servers'][string]): Generator<Complaint> {
	for (const kind of ['http', 'sse', 'ws'] as const) {
		const remote = server[kind];
		if (remote === undefined) continue;
		const base = `/servers/${escapeToken(name)}/${kind}`;
		const url = URL.parse(remote.url);
		if (url === null) yield at(`${base}/url`, `\`${remote.url}\` is not a URL`);
		else if (url.username !== '' || url.password !== '') {
			yield at(`${base}/url`, 'a URL with credentials would end in logs', 'move them to `headers.authorization`');
		}
		if (url !== null && url.hash !== '') {
			yield at(`${base}/url`, 'what follows `#` never reaches a server', 'remove it from the URL');
		}
		if (remote.auth !== undefined) yield* upstreamAuthRules(remote.auth, remote, base, isRange);
		const seen = new Set<string>();
		for (const [header, value] of Object.entries(remote.headers ?? {})) {
			const lower = header.toLowerCase();
			const pointer = `${base}/headers/${escapeToken(header)}`;
			if (seen.has(lower)) yield at(pointer, `the header \`${header}\` is there twice`, undefined, true);
			seen.add(lower);
			if (SECRET_HEADERS.has(lower) && typeof value === 'string') {
				yield at(pointer, `\`${header}\` holds a secret in clear`, 'write { env: NAME } or { file: path } instead');
			}
			if (OWN_HEADERS.has(lower) || lower.startsWith('mcp-') || lower.startsWith('sec-websocket-')) {
				yield at(pointer, `the gateway writes \`${header}\` itself`, 'remove it', true);
			} else if (typeof value === 'string' && /[^\t\x20-\x7e]/.test(value)) {
				yield at(pointer, `\`${header}\` holds characters that no header can carry`);
			}
		}
	}
}

/** Keys that are there and switch on what is not built. Looked for before anything else is said of their values. */
export function* notYet(value: unknown): Generator<Complaint> {
	for (const { at: pattern, instead, only, harmless } of NOT_YET) {
		if (harmless) continue;
		for (const [pointer, found] of matches(value, tokens(pattern), '')) {
			if (only !== undefined && found !== only) continue;
			const what = pointer.slice(1).replaceAll('/', '.') + (only === undefined ? '' : `: ${String(only)}`);
			yield at(pointer, `\`${what}\` does not work yet in this version`, instead, true);
		}
	}
}

/** Keys that are there, do nothing yet, and do no harm by that: a sentence each. */
export function idle(value: unknown): string[] {
	return NOT_YET.filter(({ harmless }) => harmless).flatMap(({ at: pattern, instead }) =>
		[...matches(value, tokens(pattern), '')].map(
			([pointer]) => `\`${pointer.slice(1).replaceAll('/', '.')}\` does nothing yet in this version: ${instead}`,
		),
	);
}

function* matches(value: unknown, path: readonly string[], pointer: string): Generator<[string, unknown]> {
	const [head, ...rest] = path;
	if (head === undefined) {
		yield [pointer, value];
		return;
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
	for (const [key, inner] of Object.entries(value)) {
		if (head === '*' || head === key) yield* matches(inner, rest, `${pointer}/${escapeToken(key)}`);
	}
}

function isRange(text: string): boolean {
	const [address, bits, more] = text.split('/');
	const family = isIP(address ?? '');
	if (family === 0 || more !== undefined) return false;
	if (bits === undefined) return true;
	return /^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function isOrigin(text: string): boolean {
	const url = URL.parse(text);
	return url !== null && url.origin === text && url.origin !== 'null';
}

function at(pointer: string, message: string, help?: string, key = false): Complaint {
	return { pointer, key, message, ...(help === undefined ? {} : { help }) };
}
