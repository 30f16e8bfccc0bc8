import { join } from 'node:path';
import { createDetector } from '../engine/detect/detector.ts';
import type { Frame } from '../engine/frame/frame.ts';
import { readFrames } from '../engine/frame/read.ts';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { compilePolicy } from '../engine/policy/compile.ts';
import { mergeData } from '../engine/policy/data-file.ts';
import { knowledgeOf } from '../engine/policy/knowledge.ts';
import { loadPolicy, type Policy } from '../engine/policy/load.ts';
import { openCompiler } from '../engine/policy/locate-compiler.ts';
import { readPolicySource } from '../engine/policy/source.ts';
import type { PolicyFile, PolicySource } from '../engine/policy/types.ts';
import type { Principal, SessionOrigin } from '../engine/session/types.ts';
import { BUDGETS } from './sluice.ts';

const MASKING = { detectors: ['secrets', 'pii'] } as const;

/** The starter policy of this repository, as the load test has it, with further Rego files. */
export async function starterPolicy(...more: readonly PolicyFile[]): Promise<Policy> {
	const folder = join(import.meta.dirname, '..', 'policies');
	const source = await readPolicySource(folder);
	const data = mergeData(source.data, BUDGETS) as PolicySource['data'];
	const modules = [...source.modules, ...more].sort((a, b) => (a.path < b.path ? -1 : 1));
	const cache = cacheDir(process.env);
	const compiler = openCompiler({ env: process.env, cacheDir: cache });
	try {
		const detector = createDetector(MASKING);
		const knowledge = knowledgeOf(detector);
		return loadPolicy(
			await compilePolicy({ ...source, modules, data }, MASKING, detector.version, compiler, cache, knowledge),
		);
	} finally {
		await compiler.close();
	}
}

export const principal: Principal = {
	id: 'bench',
	kind: 'agent',
	issuer: 'sluice',
	groups: ['engineering'],
	scopes: [],
	claims: {},
};

export const origin: SessionOrigin = {
	id: 'bench-session',
	started_ns: 1_760_000_000_000_000_000n,
	server: { name: 'echo', labels: ['internal'], transport: 'http' },
	transport: { kind: 'http', remote: '127.0.0.1' },
	principal,
	client: { name: 'bench', version: '1.0.0' },
	protocol: '2025-11-25',
};

/** Reads one message that must be a good one. */
export function readOne(bytes: Buffer): Frame {
	const read = readFrames(bytes, { limits: { frame: 2 ** 24, depth: 128, keys: 100_000 }, batches: false });
	if (!read.ok) throw new Error(read.refusal.message);
	return read.frames[0]!;
}
