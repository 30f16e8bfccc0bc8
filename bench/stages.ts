import { createSecretKey, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { judge } from '../engine/judge.ts';
import type { FrameLine } from '../engine/recording/lines.ts';
import { SessionState } from '../engine/session/state.ts';
import { apply, type Message, messageOf } from '../engine/step.ts';
import { MasterKey } from '../gateway/record/keys.ts';
import { LmdbRecorder } from '../gateway/record/lmdb/recorder.ts';
import { sealLine } from '../gateway/record/seal.ts';
import { openStore } from '../gateway/store/store.ts';
import { median } from './load-table.ts';
import { workFolder } from './sluice.ts';
import { origin, principal, readOne, starterPolicy } from './starter.ts';
import { prose } from './text.ts';

/** Mean µs a frame of each stage; the request has 0.5 KB, the answer 8 KB of text. */
export interface StageTimes {
	readonly rows: readonly {
		readonly stage: string;
		readonly request: number;
		readonly answer: number;
		readonly with: string;
	}[];
	/** One writer, request-sized, µs. */
	readonly appendP50: number;
}

interface Subject {
	readonly bytes: Buffer;
	readonly message: Message;
	readonly line: FrameLine;
}

const facts = { t: 1_000_000_000, principal };
const options = { hashKey: Buffer.alloc(32), inputLimit: 4 * 1024 * 1024 };
const WRITERS = 32;

/** Times the functions that the gateway calls for each frame, one after the other, in this process. */
export async function measureStages(quick: boolean): Promise<StageTimes> {
	const policy = await starterPolicy();
	const state = new SessionState(origin);
	const judged = (message: Message) => judge(policy, state, message.members[0]!, 2, facts, options);
	const subject = (bytes: Buffer, from: 'client' | 'server'): Subject => {
		const message = messageOf(state, [readOne(bytes)], from)!;
		const { verdict, reasons, labels, findings, revision } = judged(message);
		if (verdict !== 'allow') throw new Error(`the bench's ${from} frame is not allowed but ${verdict}`);
		const line: FrameLine = {
			type: 'frame',
			seq: 2,
			t: facts.t,
			from,
			bytes,
			principal,
			verdict,
			reasons,
			labels,
			findings,
			revision,
		};
		return { bytes, message, line };
	};
	const request = subject(requestBytes(), 'client');
	apply(state, request.message, 2, facts.t, { verdict: 'allow', labels: [] });
	const answer = subject(answerBytes(), 'server');

	const rounds = quick ? 3 : 9;
	const calls = quick ? 300 : 3000;
	const dataKey = createSecretKey(randomBytes(32));
	const both = (run: (of: Subject) => unknown): { request: number; answer: number } => ({
		request: mean(rounds, calls, () => run(request)),
		answer: mean(rounds, calls, () => run(answer)),
	});
	const appends = quick ? 200 : 2000;
	const alone = { request: await append(request, 1, appends), answer: await append(answer, 1, appends) };
	const shared = { request: await append(request, WRITERS, appends), answer: await append(answer, WRITERS, appends) };
	return {
		appendP50: alone.request.p50,
		rows: [
			{ stage: 'scan', ...both(({ bytes }) => readOne(bytes)), with: 'bytes to frame' },
			{
				stage: 'detect',
				...both(({ message }) => policy.detector.detect(message.members[0]!.frame)),
				with: 'part of judge where a rule reads or masks findings',
			},
			{
				stage: 'judge',
				...both(({ message }) => judged(message)),
				with: 'detect, input, evaluate, merge, locate masks',
			},
			{
				stage: 'seal',
				...both(({ line }) => sealLine(origin.id, line, dataKey)),
				with: 'AES-256-GCM of line and bytes',
			},
			{
				stage: 'append, 1 writer',
				request: alone.request.mean,
				answer: alone.answer.mean,
				with: 'seal and durable commit, awaited',
			},
			{
				stage: `append, ${WRITERS} writers`,
				request: shared.request.mean,
				answer: shared.answer.mean,
				with: 'the same; time of one frame in the shared commits',
			},
		],
	};
}

function requestBytes(): Buffer {
	const params = { name: 'echo', arguments: { text: prose(500), reply: 8192 } };
	return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params }), 'utf8');
}

function answerBytes(): Buffer {
	const result = { content: [{ type: 'text', text: prose(8192) }] };
	return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 2, result }), 'utf8');
}

/** Median over the rounds of the mean, µs. */
function mean(rounds: number, calls: number, run: () => unknown): number {
	const means: number[] = [];
	for (let round = -1; round < rounds; round++) {
		const started = performance.now();
		for (let i = 0; i < calls; i++) run();
		if (round >= 0) means.push(((performance.now() - started) * 1000) / calls);
	}
	return median(means);
}

/** Appends from `writers` sessions at once to a store of its own; `mean` is wall time by frames, `p50` one append's. */
async function append({ line }: Subject, writers: number, total: number): Promise<{ mean: number; p50: number }> {
	const folder = workFolder();
	const store = await openStore(folder);
	const recorder = new LmdbRecorder(store, new MasterKey(randomBytes(32)));
	const times: number[] = [];
	const each = Math.ceil(total / writers);
	try {
		const ids = Array.from({ length: writers }, (_, i) => `bench-${i}`);
		for (const id of ids) await recorder.open({ ...origin, version: 1, id });
		const started = performance.now();
		await Promise.all(
			ids.map(async (id) => {
				for (let seq = 1; seq <= each; seq++) {
					const before = performance.now();
					await recorder.append(id, [{ ...line, seq }]);
					times.push((performance.now() - before) * 1000);
				}
			}),
		);
		return { mean: ((performance.now() - started) * 1000) / times.length, p50: median(times) };
	} finally {
		await recorder.close();
		await store.close();
		rmSync(folder, { recursive: true, force: true });
	}
}
