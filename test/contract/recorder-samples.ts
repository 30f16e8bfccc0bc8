import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import type { Principal } from '../../engine/session/types.ts';

export const alice: Principal = {
	id: 'agent-7',
	kind: 'agent',
	issuer: 'sluice',
	groups: ['dev'],
	scopes: [],
	human: 'alice',
	claims: { level: 3, nested: { ok: true } },
};

export function header(id: string, more: Partial<RecordingHeader> = {}): RecordingHeader {
	return {
		version: 1,
		id,
		started_ns: 1_760_000_000_123_456_789n,
		server: { name: 'files', labels: ['internal'], transport: 'stdio' },
		transport: { kind: 'http', remote: '127.0.0.1' },
		principal: alice,
		detectors: '1',
		...more,
	};
}

export function frame(seq: number, text = `{"seq":${seq}}`): Line {
	return { type: 'frame', seq, t: seq * 10, from: 'client', bytes: Buffer.from(text), verdict: 'allow' };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const item of items) all.push(item);
	return all;
}
