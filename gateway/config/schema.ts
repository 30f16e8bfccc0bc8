import { DURATION_PATTERN } from './duration.ts';
import { oidcSchema, scopesSchema } from './oidc.ts';
import { SIZE_PATTERN } from './size.ts';
import { tlsSchema } from './tls.ts';
import { upstreamAuthSchema } from './upstream-auth.ts';

const text = { type: 'string', minLength: 1, description: 'a text' } as const;
const path = { type: 'string', minLength: 1, description: 'a path' } as const;
const flag = { type: 'boolean', description: '`true` or `false`' } as const;
const count = { type: 'integer', minimum: 1, description: 'a whole number above 0' } as const;
const texts = { type: 'array', items: text, description: 'a list of texts' } as const;
const duration = { type: 'string', pattern: DURATION_PATTERN, description: 'a duration like `10m` or `50ms`' } as const;
const size = { type: 'string', pattern: SIZE_PATTERN, description: 'a size like `4MiB`' } as const;
const address = {
	type: 'string',
	pattern: ':[0-9]{1,5}$',
	description: 'host and port, like `127.0.0.1:7070`',
} as const;
const url = { type: 'string', pattern: '^https?://[^\\s]+$', description: 'an http or https URL' } as const;

const env = { type: 'object', additionalProperties: false, required: ['env'], properties: { env: text } } as const;
const file = { type: 'object', additionalProperties: false, required: ['file'], properties: { file: path } } as const;
const command = {
	type: 'object',
	additionalProperties: false,
	required: ['command'],
	properties: { command: { anyOf: [text, { type: 'array', items: text, minItems: 1 }] } },
} as const;

/** A value that may be a secret: then it says where the secret is (contract §4). */
const secretOrText = {
	anyOf: [{ type: 'string' }, env, file, command],
	description: 'a text or a secret source: { env: NAME }, { file: path }, { command: [program, argument] }',
} as const;
const secret = {
	anyOf: [env, file, command],
	description: 'a secret source: { env: NAME }, { file: path }, { command: [program, argument] }',
} as const;
const key = {
	anyOf: [
		env,
		file,
		command,
		{ type: 'object', required: ['awsKms'], properties: { awsKms: {} } },
		{ type: 'object', required: ['vault'], properties: { vault: {} } },
	],
	description: 'a key source: { file: path }, { env: NAME } or { command: [program, argument] }',
} as const;

/** Keys that may hold anything, as the features they belong to do not exist yet; see `not-yet.ts`. */
const later = {} as const;

/** `url` of a server; a scheme that another key is for says so. */
const httpUrl = { ...url, description: 'an http or https URL (a ws or wss URL goes under `ws`)' } as const;
const wsUrl = {
	...url,
	pattern: '^wss?://[^\\s]+$',
	description: 'a ws or wss URL (an http or https URL goes under `http` or `sse`)',
} as const;

const remote = {
	type: 'object',
	additionalProperties: false,
	required: ['url'],
	properties: {
		url: httpUrl,
		headers: {
			type: 'object',
			propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", description: 'an HTTP header name' },
			additionalProperties: secretOrText,
		},
		auth: upstreamAuthSchema(secret),
	},
} as const;

const server = {
	type: 'object',
	additionalProperties: false,
	description: 'must have exactly one of `stdio`, `http`, `sse`, `ws`',
	oneOf: [{ required: ['stdio'] }, { required: ['http'] }, { required: ['sse'] }, { required: ['ws'] }],
	properties: {
		stdio: {
			type: 'object',
			additionalProperties: false,
			required: ['command'],
			properties: {
				command: text,
				args: texts,
				env: { type: 'object', additionalProperties: secretOrText },
				cwd: path,
			},
		},
		http: remote,
		sse: remote,
		ws: { ...remote, properties: { ...remote.properties, url: wsUrl } },
		labels: texts,
		scopes: scopesSchema,
	},
} as const;

const roles = {
	type: 'array',
	items: { type: 'string', pattern: '^(group|user):.+$', description: '`group:NAME` or `user:ID`' },
	description: 'a list of `group:NAME` and `user:ID`',
} as const;

/**
 * Everything `sluice.yaml` can hold (contract §4), as one JSON Schema (2020-12 draft, Ajv 8). `sluice config schema`
 * prints it. `description` completes the sentence "must be …" in error messages.
 */
export const configSchema = {
	title: 'Sluice configuration',
	type: 'object',
	additionalProperties: false,
	required: ['servers'],
	properties: {
		listen: address,
		admin: address,
		publicUrl: url,
		adminUrl: url,
		trustProxy: texts,
		tls: tlsSchema(secret),
		adminTls: tlsSchema(secret),
		allowedOrigins: texts,
		dataDir: path,
		keys: { type: 'object', additionalProperties: false, properties: { master: key, signing: key } },
		servers: {
			type: 'object',
			minProperties: 1,
			description: 'servers by name, at least one',
			propertyNames: {
				pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
				description: '1 to 64 letters, digits, dots, dashes and underscores (it is part of a URL)',
			},
			additionalProperties: server,
		},
		wrap: { type: 'object', additionalProperties: false, properties: { anyCommand: flag } },
		identity: {
			type: 'object',
			additionalProperties: false,
			properties: {
				anonymous: flag,
				tokens: flag,
				oidc: oidcSchema,
				mtls: {
					type: 'object',
					additionalProperties: false,
					properties: { idFrom: { enum: ['subject', 'cn', 'san'] } },
				},
				roles: {
					type: 'object',
					additionalProperties: false,
					properties: { approver: roles, auditor: roles, admin: roles },
				},
			},
		},
		policy: {
			type: 'object',
			additionalProperties: false,
			properties: { path, data: texts, candidate: path, verifyKey: path, memory: duration },
		},
		limits: {
			type: 'object',
			additionalProperties: false,
			properties: {
				evaluation: duration,
				memory: size,
				input: size,
				frame: size,
				depth: { ...count, maximum: 1000, description: 'a whole number from 1 to 1000' },
				keys: count,
				inFlight: count,
				streams: count,
				sessionsPerPrincipal: count,
				children: count,
				idle: duration,
				slowReader: duration,
			},
		},
		recording: {
			type: 'object',
			additionalProperties: false,
			properties: {
				mode: { enum: ['strict', 'best-effort'] },
				keep: duration,
				maxBytes: size,
				reserve: size,
				perPrincipal: text,
			},
		},
		approvals: {
			type: 'object',
			additionalProperties: false,
			properties: { timeout: duration, holdFor: duration, grantFor: duration },
		},
		masking: {
			type: 'object',
			additionalProperties: false,
			properties: {
				detectors: { type: 'array', items: { enum: ['secrets', 'pii'] }, uniqueItems: true },
				custom: path,
			},
		},
		export: later,
		log: {
			type: 'object',
			additionalProperties: false,
			properties: {
				level: { enum: ['debug', 'info', 'warn', 'error', 'silent'] },
				format: { enum: ['json', 'text'] },
			},
		},
		shutdown: { type: 'object', additionalProperties: false, properties: { grace: duration } },
		fleet: later,
	},
} as const;
