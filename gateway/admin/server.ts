import { Server as SecureServer, type ServerOptions as TlsOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type FastifyReply, fastify } from 'fastify';
import { SluiceError } from '../../engine/error.ts';
import { exactJson } from '../../engine/exact-json.ts';
import { errorOf } from './answer-error.ts';
import { ApiError, errorBody } from './api-error.ts';
import { guard, HEADERS, STAFF } from './guard.ts';
import type {
	ApprovalDesk,
	ConnectDesk,
	FindingCover,
	JudgementDesk,
	MetricsText,
	OriginCheck,
	PolicyControl,
	Readiness,
	ReceivedRead,
	SessionSource,
	ToolDesk,
	VerifyToken,
} from './ports.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { connectPages } from './routes/connect.ts';
import { connectionRoutes } from './routes/connections.ts';
import { healthRoutes } from './routes/health.ts';
import { judgementRoutes } from './routes/judgements.ts';
import { policyRoutes } from './routes/policy.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { toolRoutes } from './routes/tools.ts';

export interface AdminOptions {
	/** Of Sluice. */
	readonly version: string;
	/** Certificate and key; absent: plain HTTP. */
	readonly tls?: TlsOptions;
	/** Only this machine reaches the address: `/metrics` is open then. */
	readonly loopback: boolean;
	readonly verify: VerifyToken;
	readonly origin: OriginCheck;
	readonly readiness: () => Readiness;
	readonly metrics: MetricsText;
	readonly sessions: SessionSource;
	readonly cover: FindingCover;
	/** Records that somebody reads bytes as received; rejects when it cannot, and then nothing is shown. */
	readonly receivedRead: (read: ReceivedRead) => Promise<void>;
	readonly approvals: ApprovalDesk;
	readonly policy: PolicyControl;
	readonly judgements: JudgementDesk;
	readonly connect: ConnectDesk;
	readonly tools: ToolDesk;
}

export interface AdminServer {
	/** Resolves with the address that is listened on. @throws {SluiceError} `ERR_LISTEN_FAILED` */
	listen(address: { readonly host: string; readonly port: number }): Promise<{ host: string; port: number }>;
	/** Connections from here on are made with this certificate; only where `tls` was given. */
	renew(tls: TlsOptions): void;
	/** Stops accepting, answers what is under way, and closes what is idle. */
	close(): Promise<void>;
}

/** No request has a body worth more; bytes. */
const BODY_LIMIT = 16 * 1024;
/** A client that takes longer to send a request is cut off, ms. */
const REQUEST_TIMEOUT = 30_000;

const GREETING = `Sluice admin

API:  /api/v1  (authorization: Bearer <token of role approver, auditor or admin>)
      sessions, sessions/:id, sessions/:id/frames, approvals, approvals/:id, policy,
      connections, judgements/:kind, tools, tools/:server/:tool, version
Also: /connect/:server  /healthz  /readyz  /metrics
CLI:  sluice sessions list | sluice approvals list | sluice policy status
`;

/** Health, metrics and the API for people and scripts (contract §4 `admin`). */
export function createAdminServer(options: AdminOptions): AdminServer {
	const app = fastify({
		logger: false,
		...(options.tls === undefined ? {} : { https: options.tls }),
		bodyLimit: BODY_LIMIT,
		requestTimeout: REQUEST_TIMEOUT,
		// a name of a tool, every byte of it escaped
		routerOptions: { maxParamLength: 8192 },
		forceCloseConnections: 'idle',
		// Strict: what is not in a schema is refused, nothing is turned into another type.
		ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allowUnionTypes: true } },
		// Bodies Fastify writes by itself, before any hook runs.
		frameworkErrors: (error, _request, reply: FastifyReply) => answer(error, reply.headers(HEADERS)),
	});
	app.setReplySerializer((payload) => exactJson(payload));
	app.removeAllContentTypeParsers();
	const parse = app.getDefaultJsonParser('error', 'error');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
		if (body.length === 0) done(null, undefined);
		else parse(request, body as string, done);
	});

	guard(app, { origin: options.origin, verify: options.verify, onLoopback: () => options.loopback });
	app.setErrorHandler((error, _request, reply) => answer(error, reply));
	app.setNotFoundHandler((request, reply) =>
		answer(
			new ApiError(404, 'ERR_API_ROUTE', `there is no \`${request.method}\` here`, {
				help: '`GET /` names what there is',
			}),
			reply,
		),
	);

	app.get('/', { config: { roles: 'open' } }, (_request, reply) =>
		reply.type('text/plain; charset=utf-8').send(GREETING),
	);
	healthRoutes(app, options);
	void app.register(async (pages) => connectPages(pages, options.connect), { prefix: '/connect' });
	void app.register(
		async (api) => {
			sessionRoutes(api, options);
			approvalRoutes(api, options.approvals);
			policyRoutes(api, options.policy);
			judgementRoutes(api, options.judgements);
			connectionRoutes(api, options.connect);
			toolRoutes(api, options.tools, options.cover);
			api.get('/version', { config: { roles: STAFF } }, () => ({
				sluice: options.version,
				node: process.version,
				api: 1,
			}));
		},
		{ prefix: '/api/v1' },
	);

	return {
		async listen({ host, port }) {
			try {
				await app.listen({ host, port });
			} catch (error) {
				throw new SluiceError(
					'ERR_LISTEN_FAILED',
					`the admin address \`${host}:${port}\` cannot be listened on: ${(error as Error).message}`,
					{
						help: 'another process may have the port: change `admin` in the configuration, or stop the other one',
						cause: error,
					},
				);
			}
			const bound = app.server.address() as AddressInfo;
			return { host: bound.address, port: bound.port };
		},
		renew(tls) {
			if (app.server instanceof SecureServer) app.server.setSecureContext(tls);
		},
		close: async () => {
			await app.close();
		},
	};
}

function answer(error: unknown, reply: FastifyReply): FastifyReply {
	const said = errorOf(error);
	const { status, headers } = said instanceof ApiError ? said : { status: 500, headers: {} };
	return reply.code(status).headers(headers).send(errorBody(said));
}
