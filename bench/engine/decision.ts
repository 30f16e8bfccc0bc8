import { agree, rulesOf } from './agree.ts';
import { openCedar } from './cedar.ts';
import { LEFT_OUT } from './cedar-policies.ts';
import { floor } from './floor.ts';
import { quietCall, remarkableCalls } from './frame.ts';
import { npmPackage } from './npm-package.ts';
import { openOpaServer } from './opa-server.ts';
import { evaluator, withoutArena, withoutFuel } from './ours.ts';
import type { BenchPolicy } from './policies.ts';
import { type Effort, measure, type Round, type Subject } from './rounds.ts';
import { DATA } from './rules.ts';

/** The engines in the order of the table. */
export const ENGINES = [
	'ours',
	'unmetered',
	'oneShot',
	'npmBytes',
	'npmObject',
	'opaServer',
	'cedar',
	'floor',
	'floorBytes',
] as const;
export type EngineName = (typeof ENGINES)[number];

/** One decision under the realistic rules, by every engine. */
export interface DecisionTimes {
	readonly rules: number;
	readonly frameBytes: number;
	readonly inputBytes: number;
	readonly effort: Effort;
	/** Versions of what is no package of the project. */
	readonly versions: Readonly<Record<string, string>>;
	readonly rows: readonly {
		readonly engine: EngineName;
		readonly name: string;
		readonly rounds: readonly Round[];
		/** Instead of rounds: it could not be had. */
		readonly why?: string;
	}[];
}

/** An engine that decides about one input, prepared as far as its users can prepare it. */
interface Candidate {
	readonly name: string;
	prepare(input: Buffer): () => unknown;
	readonly awaited?: boolean;
	readonly share?: number;
	/** What of our decision it can give. Default: all of it. */
	check?(decision: unknown, expected: unknown): void;
}

/** All engines decide about the same inputs and must agree before one of them is timed. */
export async function measureDecision(
	bench: BenchPolicy,
	effort: Effort,
	progress: (text: string) => void,
): Promise<DecisionTimes> {
	const { wasm } = bench.policy.compiled;
	const server = await openOpaServer(bench.modules, bench.data, progress);
	const cedar = await openCedar();
	try {
		const candidates: Partial<Record<EngineName, Candidate | string>> = {
			...sameModule(wasm, bench.data),
			opaServer:
				typeof server === 'string'
					? server
					: { name: OPA_SERVER, prepare: (input) => server.prepare(input), awaited: true, share: 0.25 },
			cedar:
				typeof cedar === 'string'
					? cedar
					: { name: CEDAR, prepare: (input) => cedar.prepare(parsed(input)), share: 0.5, check: cedarAgrees },
			floor: {
				name: 'hand-written JavaScript, on an object',
				prepare: (bytes) => {
					const input = parsed(bytes);
					return () => floor(input as never, DATA);
				},
			},
			floorBytes: {
				name: 'hand-written JavaScript, on bytes (`JSON.parse`)',
				prepare: (bytes) => () => floor(JSON.parse(bytes.toString('utf8')) as never, DATA),
			},
		};
		const quiet = quietCall(bench.policy);
		const subjects: Record<string, Subject> = {};
		for (const engine of ENGINES) {
			const candidate = candidates[engine];
			if (candidate === undefined || typeof candidate === 'string') continue;
			await checked(candidate, bench);
			const { name, awaited = false, share = 1 } = candidate;
			subjects[engine] = { name, awaited, share, run: candidate.prepare(quiet.input) };
		}
		const rounds = await measure(subjects, effort, progress);
		return {
			rules: bench.policy.rules.length,
			frameBytes: quiet.message.members[0]!.frame.bytes.length,
			inputBytes: quiet.input.length,
			effort,
			versions: typeof cedar === 'string' ? {} : { cedar: cedar.version },
			rows: ENGINES.map((engine) => {
				const why = candidates[engine];
				if (typeof why === 'string') return { engine, name: NAMES[engine] ?? engine, rounds: [], why };
				return { engine, name: subjects[engine]!.name, rounds: rounds[engine]! };
			}),
		};
	} finally {
		if (typeof server !== 'string') await server.close();
	}
}

const OPA_SERVER = 'OPA server, HTTP on loopback, keep-alive';
const CEDAR = 'Cedar wasm, preparsed policies, on an object';
const NAMES: Partial<Record<EngineName, string>> = { opaServer: OPA_SERVER, cedar: CEDAR };

/** Everything that runs the very same module. */
function sameModule(wasm: Buffer, data: object): Partial<Record<EngineName, Candidate>> {
	const npm = npmPackage(wasm, data);
	const on = (decide: (input: Buffer) => unknown) => (input: Buffer) => () => decide(input);
	return {
		ours: { name: 'our evaluator, on bytes', prepare: on(evaluator(wasm, data)) },
		unmetered: { name: 'ours without fuel', prepare: on(withoutFuel(wasm, data)) },
		oneShot: { name: 'ours without arena: the heap is reset each time', prepare: on(withoutArena(wasm, data)) },
		npmBytes: {
			name: 'npm opa-wasm, on an `ArrayBuffer`',
			prepare: (input) => {
				const { buffer } = new Uint8Array(input);
				return () => npm(buffer);
			},
		},
		npmObject: {
			name: 'npm opa-wasm, on an object',
			prepare: (bytes) => {
				const input = parsed(bytes);
				return () => npm(input);
			},
		},
	};
}

async function checked({ name, prepare, check }: Candidate, { policy, data }: BenchPolicy): Promise<void> {
	const ours = evaluator(policy.compiled.wasm, data);
	for (const { input } of [quietCall(policy), ...remarkableCalls(policy)]) {
		const decision = await prepare(input)();
		if (check !== undefined) check(decision, ours(input));
		else agree(name, decision, ours(input));
	}
}

/** Cedar gives ids of policies; two rules it cannot say. */
function cedarAgrees(decision: unknown, expected: unknown): void {
	const sayable = rulesOf(expected).filter((rule) => !LEFT_OUT.includes(rule));
	agree(CEDAR, [...(decision as readonly string[])].sort(), sayable);
}

function parsed(input: Buffer): Record<string, unknown> {
	return JSON.parse(input.toString('utf8')) as Record<string, unknown>;
}
