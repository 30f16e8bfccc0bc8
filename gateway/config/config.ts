import type { CertificateName } from '../identity/certificates.ts';
import type { OidcIssuer } from '../identity/oidc/types.ts';
import type { ListenAddress } from './listen-address.ts';
import type { ScopesNeeded } from './oidc.ts';
import type { SecretSource } from './secret.ts';
import type { TlsConfig } from './tls.ts';
import type { UpstreamAuth } from './upstream-auth.ts';

/** `sluice.yaml`, read, checked and completed: paths absolute, durations in ms, sizes in bytes (contract §4). */
export interface Config {
	/** The file it came from, absolute. */
	readonly file: string;
	/** What stands in the file and does nothing yet, a sentence each. */
	readonly notes: readonly string[];
	readonly listen: ListenAddress;
	readonly admin: ListenAddress;
	readonly publicUrl?: string;
	/** How people reach `admin`, where it differs from the address. */
	readonly adminUrl?: string;
	/** CIDR ranges of reverse proxies that end TLS. */
	readonly trustProxy: readonly string[];
	/** TLS of `listen` and `admin`; absent: plain HTTP. */
	readonly tls?: TlsConfig;
	readonly adminTls?: TlsConfig;
	readonly allowedOrigins: readonly string[];
	readonly dataDir: string;
	/** Absent: made in `dataDir` at first use. */
	readonly keys: { readonly master?: SecretSource };
	/** By name, in the order of the file. */
	readonly servers: Readonly<Record<string, ServerConfig>>;
	readonly wrap: { readonly anyCommand: boolean };
	readonly identity: {
		readonly anonymous: boolean;
		readonly tokens: boolean;
		/** Whose tokens are taken besides the store's own. */
		readonly oidc: readonly OidcIssuer[];
		/** Who comes with a client certificate and no token is whom it names. */
		readonly mtls?: { readonly idFrom: CertificateName };
		/** `group:x`, `user:x` by role */
		readonly roles: Readonly<Record<'approver' | 'auditor' | 'admin', readonly string[]>>;
	};
	readonly policy: {
		readonly path: string;
		readonly data: readonly string[];
		/** A folder or bundle that is judged beside the live policy, recorded, and never enforced. */
		readonly candidate?: string;
		/** PEM file with a public key or certificate: then only bundles signed with it load. */
		readonly verifyKey?: string;
		/** How far `recent` looks back, ms. */
		readonly memory: number;
	};
	readonly limits: Limits;
	readonly recording: { readonly mode: 'strict' };
	/** All ms. */
	readonly approvals: { readonly timeout: number; readonly holdFor: number; readonly grantFor: number };
	/** `custom`: TOML file with the operator's own detectors; `maskingOf` reads it. */
	readonly masking: { readonly detectors: readonly ('secrets' | 'pii')[]; readonly custom?: string };
	readonly log: {
		readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
		readonly format: 'json' | 'text';
	};
	/** ms */
	readonly shutdown: { readonly grace: number };
}

/** One upstream. */
export interface ServerConfig {
	readonly name: string;
	readonly labels: readonly string[];
	/** OAuth scopes that an issuer's token must have. */
	readonly scopes?: ScopesNeeded;
	readonly upstream: UpstreamConfig;
}

export type UpstreamConfig =
	| {
			readonly kind: 'stdio';
			readonly command: string;
			readonly args: readonly string[];
			readonly env: Readonly<Record<string, string | SecretSource>>;
			/** The folder of the configuration file unless it says otherwise. */
			readonly cwd: string;
	  }
	| {
			readonly kind: 'http' | 'sse' | 'ws';
			readonly url: string;
			/** Names in lower case. */
			readonly headers: Readonly<Record<string, string | SecretSource>>;
			/** How the gateway gets OAuth tokens for it; absent: `headers` are all it shows. */
			readonly auth?: UpstreamAuth;
	  };

/** What the gateway refuses beyond; bytes, ms, or numbers of things. */
export interface Limits {
	/** ms that one evaluation may take on an ordinary machine; spent as fuel, so that no clock decides. */
	readonly evaluation: number;
	/** Bytes of memory that a policy's instance has, its data included. */
	readonly memory: number;
	readonly input: number;
	readonly frame: number;
	readonly depth: number;
	readonly keys: number;
	readonly inFlight: number;
	readonly streams: number;
	readonly sessionsPerPrincipal: number;
	readonly children: number;
	readonly idle: number;
	readonly slowReader: number;
}
