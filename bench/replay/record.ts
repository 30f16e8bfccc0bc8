import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '../../engine/policy/load.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import type { FrameLine, Line } from '../../engine/recording/lines.ts';
import { formatSession } from '../../engine/recording/session-file.ts';
import { Rerun, replayOptions } from '../../engine/replay.ts';
import { benchSession, SESSION_FRAMES } from './sessions.ts';

/** Writes session files with so many frames, as a gateway under `policy` would have recorded them. The bytes written. */
export function record(folder: string, frames: number, policy: CompiledPolicy): number {
	const loaded = loadPolicy(policy);
	mkdirSync(folder, { recursive: true });
	let bytes = 0;
	for (let k = 0; k < frames / SESSION_FRAMES; k++) {
		const { header, lines } = benchSession(k);
		const rerun = new Rerun(header, replayOptions());
		const recorded: Line[] = lines.flatMap((line) => {
			const { judgement, status } = rerun.next(line, loaded)!;
			// what answers a call that did not go on has not come
			if (judgement === undefined || status !== 'judged') return [];
			const { verdict, reasons, labels, findings, splices, revision } = judgement;
			const delivered = verdict === 'deny' || verdict === 'hold' ? null : splices;
			const outcome = verdict === 'deny' ? 'refused' : verdict === 'hold' ? 'expired' : 'forwarded';
			const frame: FrameLine = { ...(line as FrameLine), verdict, reasons, labels, findings, revision, outcome };
			return [delivered !== null && delivered.length === 0 ? frame : { ...frame, delivered }];
		});
		const text = formatSession(header, recorded);
		bytes += Buffer.byteLength(text);
		writeFileSync(join(folder, `${header.id}.session.jsonl`), text);
	}
	return bytes;
}
