import { dirname, resolve } from 'node:path';
import type { CertificateName } from '../identity/certificates.ts';
import type { Config, ServerConfig, UpstreamConfig } from './config.ts';
import { duration } from './duration.ts';
import { listenAddress } from './listen-address.ts';
import { oidcIssuer, type RawOidcIssuer, type RawScopes, scopesNeeded } from './oidc.ts';
import type { SecretSource } from './secret.ts';
import { size } from './size.ts';
import { type RawTls, tlsOf } from './tls.ts';
import { type RawUpstreamAuth, upstreamAuth } from './upstream-auth.ts';

type RawSource = { env: string } | { file: string } | { command: string | string[] };

/** The document as the schema left it: every type checked, nothing filled in. */
export interface RawConfig {
	listen?: string;
	admin?: string;
	publicUrl?: string;
	adminUrl?: string;
	trustProxy?: string[];
	tls?: RawTls;
	adminTls?: RawTls;
	allowedOrigins?: string[];
	dataDir?: string;
	keys?: { master?: RawSource };
	servers: Record<string, RawServer>;
	wrap?: { anyCommand?: boolean };
	identity?: {
		anonymous?: boolean;
		tokens?: boolean;
		oidc?: RawOidcIssuer[];
		mtls?: { idFrom?: CertificateName };
		roles?: { approver?: string[]; auditor?: string[]; admin?: string[] };
	};
	policy?: { path?: string; data?: string[]; candidate?: string; verifyKey?: string; memory?: string };
	limits?: Record<string, string | number | undefined>;
	recording?: { mode?: 'strict' };
	approvals?: { timeout?: string; holdFor?: string; grantFor?: string };
	masking?: { detectors?: ('secrets' | 'pii')[]; custom?: string };
	log?: { level?: Config['log']['level']; format?: Config['log']['format'] };
	shutdown?: { grace?: string };
}

interface RawServer {
	stdio?: { command: string; args?: string[]; env?: Record<string, string | RawSource>; cwd?: string };
	http?: RawRemote;
	sse?: RawRemote;
	ws?: RawRemote;
	labels?: string[];
	scopes?: RawScopes;
}

interface RawRemote {
	url: string;
	headers?: Record<string, string | RawSource>;
	auth?: RawUpstreamAuth;
}

/** Fills in the defaults of contract §4; paths are relative to the file's folder. */
export function normalise(raw: RawConfig, file: string): Omit<Config, 'notes'> {
	const folder = dirname(file);
	const path = (p: string) => resolve(folder, p);
	const limit = (name: string, fallback: string | number) => amount(raw.limits?.[name] ?? fallback);
	const servers: Record<string, ServerConfig> = Object.create(null);
	for (const [name, server] of Object.entries(raw.servers)) {
		servers[name] = {
			name,
			labels: server.labels ?? [],
			...(server.scopes === undefined ? {} : { scopes: scopesNeeded(server.scopes) }),
			upstream: upstream(server, folder),
		};
	}
	return {
		file,
		listen: listenAddress(raw.listen ?? '127.0.0.1:7070')!,
		admin: listenAddress(raw.admin ?? '127.0.0.1:7071')!,
		...(raw.publicUrl === undefined ? {} : { publicUrl: raw.publicUrl.replace(/\/+$/, '') }),
		...(raw.adminUrl === undefined ? {} : { adminUrl: raw.adminUrl.replace(/\/+$/, '') }),
		trustProxy: raw.trustProxy ?? [],
		...(raw.tls === undefined ? {} : { tls: tlsOf(raw.tls, (at) => source(at, folder)) }),
		...(raw.adminTls === undefined ? {} : { adminTls: tlsOf(raw.adminTls, (at) => source(at, folder)) }),
		allowedOrigins: raw.allowedOrigins ?? [],
		dataDir: path(raw.dataDir ?? './.sluice'),
		keys: raw.keys?.master === undefined ? {} : { master: source(raw.keys.master, folder) },
		servers,
		wrap: { anyCommand: raw.wrap?.anyCommand ?? false },
		identity: {
			anonymous: raw.identity?.anonymous ?? false,
			tokens: raw.identity?.tokens ?? true,
			oidc: (raw.identity?.oidc ?? []).map(oidcIssuer),
			...(raw.identity?.mtls === undefined ? {} : { mtls: { idFrom: raw.identity.mtls.idFrom ?? 'subject' } }),
			roles: { approver: [], auditor: [], admin: [], ...raw.identity?.roles },
		},
		policy: {
			path: path(raw.policy?.path ?? './policies'),
			data: (raw.policy?.data ?? []).map(path),
			...(raw.policy?.candidate === undefined ? {} : { candidate: path(raw.policy.candidate) }),
			...(raw.policy?.verifyKey === undefined ? {} : { verifyKey: path(raw.policy.verifyKey) }),
			memory: duration(raw.policy?.memory ?? '1h')!,
		},
		limits: {
			evaluation: limit('evaluation', '50ms'),
			memory: limit('memory', '128MiB'),
			input: limit('input', '4MiB'),
			frame: limit('frame', '16MiB'),
			depth: limit('depth', 128),
			keys: limit('keys', 100_000),
			inFlight: limit('inFlight', 64),
			streams: limit('streams', 16),
			sessionsPerPrincipal: limit('sessionsPerPrincipal', 100),
			children: limit('children', 64),
			idle: limit('idle', '30m'),
			slowReader: limit('slowReader', '30s'),
		},
		recording: { mode: 'strict' },
		approvals: {
			timeout: duration(raw.approvals?.timeout ?? '10m')!,
			holdFor: duration(raw.approvals?.holdFor ?? '45s')!,
			grantFor: duration(raw.approvals?.grantFor ?? '10m')!,
		},
		masking: {
			detectors: raw.masking?.detectors ?? ['secrets', 'pii'],
			...(raw.masking?.custom === undefined ? {} : { custom: path(raw.masking.custom) }),
		},
		log: { level: raw.log?.level ?? 'info', format: raw.log?.format ?? 'json' },
		shutdown: { grace: duration(raw.shutdown?.grace ?? '20s')! },
	};
}

function amount(value: string | number): number {
	return typeof value === 'number' ? value : (size(value) ?? duration(value))!;
}

function upstream(server: RawServer, folder: string): UpstreamConfig {
	if (server.stdio !== undefined) {
		const { command, args = [], env = {}, cwd = '.' } = server.stdio;
		return { kind: 'stdio', command, args, env: sources(env, folder, (k) => k), cwd: resolve(folder, cwd) };
	}
	const kind = server.http !== undefined ? 'http' : server.sse !== undefined ? 'sse' : 'ws';
	const { url, headers = {}, auth } = server[kind]!;
	return {
		kind,
		url,
		headers: sources(headers, folder, (k) => k.toLowerCase()),
		...(auth === undefined ? {} : { auth: upstreamAuth(auth, url, (raw) => source(raw, folder)) }),
	};
}

function sources(
	values: Record<string, string | RawSource>,
	folder: string,
	spell: (key: string) => string,
): Record<string, string | SecretSource> {
	const all: Record<string, string | SecretSource> = Object.create(null);
	for (const [key, value] of Object.entries(values)) {
		all[spell(key)] = typeof value === 'string' ? value : source(value, folder);
	}
	return all;
}

function source(raw: RawSource, folder: string): SecretSource {
	if ('env' in raw) return { env: raw.env };
	if ('file' in raw) return { file: resolve(folder, raw.file) };
	const [program, ...args] = typeof raw.command === 'string' ? [raw.command] : raw.command;
	return { command: [program!, ...args] };
}
