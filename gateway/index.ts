import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { findingCover } from '../engine/cover.ts';
import { createDetector } from '../engine/detect/detector.ts';
import { createAdminServer } from './admin/server.ts';
import { type Clock, systemClock } from './clock.ts';
import { adminUrlOf } from './config/admin-url.ts';
import type { Config } from './config/config.ts';
import { isLoopback } from './config/listen-address.ts';
import { connectServers } from './connectors.ts';
import { openHouse } from './house.ts';
import { isRefusal } from './identity/types.ts';
import { judgementDesk } from './judging/admin-desk.ts';
import { Certificates } from './net/certificates.ts';
import { takeRunLock } from './store/run-lock.ts';
import { startLog } from './telemetry/log.ts';
import { startMetrics } from './telemetry/metrics.ts';
import { httpListener } from './transport/http/listener.ts';
import { originCheck } from './transport/http/origin.ts';
import { sseListener } from './transport/sse/listener.ts';
import { webSocketListener } from './transport/websocket/listener.ts';

export interface GatewayOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Where log lines go; usually stderr. */
	readonly log: Writable;
	/** Told what takes long before it is ready, a line at a time. */
	readonly progress?: (line: string) => void;
	readonly clock?: Clock;
}

/** A running gateway. */
export interface Gateway {
	/** e.g. `http://127.0.0.1:7070`; clients add `/mcp/<server>`. */
	readonly mcp: string;
	readonly admin: string;
	readonly revision: string;
	/** Takes the policy as it stands in the files now, also if rule packages are missing in it, and the certificates (SIGHUP). */
	reload(): Promise<void>;
	/** Not ready, holds become tickets, calls in flight get the configured grace, streams closed, store closed. */
	stop(): Promise<void>;
}

const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
	.version;

/** How often a stopping gateway looks whether calls are still in flight, ms. */
const DRAIN_POLL_MS = 50;

/** Opens everything and listens. Rejects with a `SluiceError` that says what is wrong; then nothing is left open. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
	const { config, env } = options;
	const clock = options.clock ?? systemClock;
	const undo: (() => Promise<void> | void)[] = [];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const log = startLog({ stream: options.log, level: config.log.level, format: config.log.format, clock });
		undo.push(() => log.close());
		let pending = async () => 0;
		const metrics = startMetrics({ pendingApprovals: () => pending(), process: true });
		undo.push(() => metrics.close());
		const servers = await connectServers(config, env, clock);
		undo.push(async () => {
			for (const { connector } of servers.values()) await connector.close();
		});
		let adminUrl = adminUrlOf(config);
		const house = await openHouse({
			config,
			env,
			clock,
			servers,
			progress: options.progress ?? (() => {}),
			adminUrl: () => adminUrl,
		});
		undo.push(() => house.close());
		const lock = await takeRunLock(house.store);
		undo.push(() => lock.release());
		const { sessions, keeper, policies, recorder, broker, identity, reader } = house;
		undo.push(() => sessions.close());
		pending = async () => (await broker.list({ state: 'pending' })).length;

		let draining = false;
		const origin = {
			host: config.listen.host,
			allowedOrigins: config.allowedOrigins,
			...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
		};
		const certificates = new Certificates(config, env, clock);
		undo.push(() => certificates.stop());
		const adminTls = await certificates.read('adminTls');
		const tls = await certificates.read('tls');
		const admin = createAdminServer({
			version,
			...(adminTls && { tls: adminTls }),
			loopback: isLoopback(config.admin),
			verify: (token) => identity.credentials.forAdmin(token),
			origin: originCheck({
				...origin,
				host: config.admin.host,
				...(config.adminUrl === undefined ? {} : { publicUrl: config.adminUrl }),
			}),
			readiness: () => ({ policy: true, recorder: recorder.healthy, draining }),
			metrics,
			sessions: reader,
			cover: findingCover(createDetector({ detectors: ['secrets', 'pii'] })),
			receivedRead: ({ by, session, from, to }) => house.trail.read(by.principal, { session, from, to, how: 'api' }),
			approvals: broker,
			policy: policies,
			judgements: judgementDesk(house.judging, clock),
			connect: {
				connections: house.connections,
				url: () => adminUrl!,
				async who(token, server) {
					const caller = await identity.credentials.forServer(token, server);
					return isRefusal(caller) ? await identity.credentials.forAdmin(token) : caller;
				},
			},
			tools: house.tools,
		});
		const adminAt = await admin.listen(config.admin);
		adminUrl = adminUrlOf(config, adminAt.port);
		undo.push(() => admin.close());
		// before it: it answers what is under way
		undo.push(() => house.judging.close());

		const limits = { frame: config.limits.frame, slowReader: config.limits.slowReader };
		const http = await httpListener(sessions, {
			...origin,
			port: config.listen.port,
			...(tls && { tls }),
			limits,
			clock,
			wellKnown: identity.metadata,
		});
		undo.push(() => http.close(0));
		identity.resources.listensAt(http.url);
		certificates.follow('tls', (renewed) => http.renew(renewed));
		certificates.follow('adminTls', (renewed) => admin.renew(renewed));
		const called = config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl };
		const sse = sseListener(http, sessions, { limits, clock, ...called });
		undo.push(() => sse.close(0));
		const ws = webSocketListener(http, sessions, {
			limits,
			clock,
			...called,
		});
		undo.push(() => ws.close(0));
		log.write('info', 'listening', {
			mcp: http.url,
			revision: keeper.current().revision,
			servers: [...servers.keys()],
		});

		return {
			mcp: http.url,
			admin: `${adminTls === undefined ? 'http' : 'https'}://${adminAt.host}:${adminAt.port}`,
			get revision() {
				return keeper.current().revision;
			},
			async reload() {
				await certificates.again();
				await policies.reload({ force: true });
			},
			async stop() {
				draining = true;
				log.write('info', 'stopping');
				sessions.drain();
				await drained(() => sessions.inFlight === 0, config.shutdown.grace, clock);
				// Sessions first, so that whoever still waits hears why before the connections go.
				await sessions.close();
				await close();
			},
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Resolves when `done` is true, or after `graceMs`. */
async function drained(done: () => boolean, graceMs: number, clock: Clock): Promise<void> {
	const end = clock.now() + BigInt(graceMs) * 1_000_000n;
	while (!done() && clock.now() < end) {
		await new Promise<void>((resolve) => clock.after(DRAIN_POLL_MS, resolve));
	}
}
