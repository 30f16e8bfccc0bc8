import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METHODS } from '../../engine/frame/methods.ts';
import { type Happenings, subscribe } from './channels.ts';

export interface MetricsOptions {
	/** How many requests wait for a human now, in the whole store: they outlive a process. */
	readonly pendingApprovals: () => Promise<number> | number;
	/** Also what Node says of itself (memory, CPU, event-loop lag). */
	readonly process?: boolean;
}

/** What `/metrics` shows. */
export interface Metrics {
	readonly contentType: string;
	/** The Prometheus text format. */
	text(): Promise<string>;
	/** Stops counting. */
	close(): void;
}

/** From 20 µs, a small judgement, to 1 s. */
const SHORT = [0.000_02, 0.000_05, 0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
/** A human's time: seconds to a day. */
const HUMAN = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];

/** What ends a wait, and what uses its approval later. */
const ENDS = new Set(['approved', 'released', 'denied', 'expired', 'withdrawn', 'cancelled']);

/**
 * Starts counting what happens in the data path, as Prometheus metrics. No label ever holds a session, a principal,
 * a tool or an argument, and all of them have a bounded number of values whatever clients send.
 */
export function startMetrics(options: MetricsOptions): Metrics {
	const registry = new Registry();
	const registers = [registry];
	if (options.process ?? false) collectDefaultMetrics({ register: registry });
	const counter = <T extends string>(name: string, help: string, labelNames: readonly T[] = []) =>
		new Counter({ name, help, labelNames, registers });
	const histogram = (name: string, help: string, buckets: number[]) =>
		new Histogram({ name, help, buckets, registers });

	const frames = counter('mcp_gateway_frames_total', 'Frames judged, by sender, method and verdict', [
		'direction',
		'method',
		'decision',
	]);
	const bytes = counter('mcp_gateway_frame_bytes_total', 'Bytes of judged frames as received, by sender', [
		'direction',
	]);
	const judging = histogram('mcp_gateway_policy_eval_duration_seconds', 'Time to judge one frame', SHORT);
	const committing = histogram('mcp_gateway_record_commit_duration_seconds', 'Time until a frame is on disk', SHORT);
	const failures = counter('mcp_gateway_record_failures_total', 'Times the recorder could not write');
	const masked = counter('mcp_gateway_masked_values_total', 'What masks covered, by detector', ['detector']);
	const refusals = counter('mcp_gateway_refusals_total', 'What the gateway itself refused, by code', ['code']);
	const outcomes = counter('mcp_gateway_approvals_total', 'Held requests by what became of them', ['outcome']);
	const waits = histogram('mcp_gateway_approval_wait_seconds', 'Time from the request to its end', HUMAN);
	const sessions = new Gauge({ name: 'mcp_gateway_sessions_open', help: 'Sessions open in this process', registers });
	const revision = new Gauge({
		name: 'mcp_gateway_policy_revision_info',
		help: 'Revision of the policy in force',
		labelNames: ['revision'],
		registers,
	});
	const reloads = counter('mcp_gateway_policy_loads_total', 'Policies taken (ok) and not taken (failed)', ['outcome']);
	const candidates = counter(
		'mcp_gateway_candidate_verdicts_total',
		'What the candidate policy said of frames, and whether that differs from the live policy',
		['decision', 'differs'],
	);
	new Gauge({
		name: 'mcp_gateway_approvals_pending',
		help: 'Requests that wait for a human',
		registers,
		async collect() {
			this.set(await options.pendingApprovals());
		},
	});

	const open = new Set<string>();
	const stops = [
		subscribe('frame', (frame) => {
			const direction = frame.from;
			frames.inc({ direction, method: methodLabel(frame.method), decision: frame.verdict });
			bytes.inc({ direction }, frame.bytes);
			if (frame.judgeNs > 0) judging.observe(frame.judgeNs / 1e9);
			if (frame.recordNs > 0) committing.observe(frame.recordNs / 1e9);
			for (const detector of frame.masked) masked.inc({ detector: detectorLabel(detector) });
		}),
		subscribe('refusal', ({ code }) => refusals.inc({ code: codeLabel(code) })),
		subscribe('recorder', ({ healthy }) => {
			if (!healthy) failures.inc();
		}),
		subscribe('approval', ({ state, waitedNs }) => {
			if (state === 'pending' || state === 'ticket') return;
			outcomes.inc({ outcome: ENDS.has(state) || state === 'used' ? state : 'other' });
			if (ENDS.has(state)) waits.observe(waitedNs / 1e9);
		}),
		subscribe('session', ({ id, what }) => {
			if (what === 'closed') open.delete(id);
			else open.add(id);
			sessions.set(open.size);
		}),
		subscribe('policy', (policy) => onPolicy(policy)),
		subscribe('candidate', ({ verdict, differs }) => candidates.inc({ decision: verdict, differs: String(differs) })),
	];
	sessions.set(0);

	function onPolicy({ ok, revision: inForce }: Happenings['policy']): void {
		reloads.inc({ outcome: ok ? 'ok' : 'failed' });
		if (!ok || inForce === undefined) return;
		revision.reset();
		revision.set({ revision: inForce }, 1);
	}

	return {
		contentType: registry.contentType,
		text: () => registry.metrics(),
		close() {
			for (const stop of stops) stop();
			registry.clear();
		},
	};
}

/** Methods that the protocol knows; a client can make up any number of others. */
function methodLabel(method: string): string {
	return METHODS.has(method) ? method : 'other';
}

/** Detector types and `path`; anything else is counted together. */
function detectorLabel(what: string): string {
	return /^(?:(?:secret|pii)\/[a-z0-9-]{1,40}|path)$/.test(what) ? what : 'other';
}

/** Codes are a fixed list in the source; the shape is checked so that a mistake cannot grow the registry. */
function codeLabel(code: string): string {
	return /^ERR_[A-Z0-9_]{1,60}$/.test(code) ? code : 'other';
}
