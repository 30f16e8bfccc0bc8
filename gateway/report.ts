import type { Refusal } from '../engine/frame/frame.ts';
import type { Step } from '../engine/step.ts';
import { ruleIds } from './answers.ts';
import { observed, publish } from './telemetry/channels.ts';

interface Subject {
	readonly session: string;
	readonly server: string;
	readonly remote: string;
}

/** Tells whoever listens what became of a frame at the gate. No values, names only. */
export function reportFrame(
	{ judgement, message, seq }: Step,
	{ session, server }: Subject,
	how: { readonly bytes: number; readonly recorded: boolean; readonly judgeNs: number; readonly recordNs: number },
): void {
	if (!observed('frame')) return;
	const code = how.recorded ? judgement.code : 'ERR_RECORD_FAILED';
	publish('frame', {
		session,
		seq,
		server,
		from: message.from,
		kind: message.members[0]!.kind,
		method: message.members[0]!.method,
		verdict: how.recorded ? judgement.verdict : 'deny',
		rules: ruleIds(judgement.reasons),
		...(code === undefined ? {} : { code }),
		bytes: how.bytes,
		masked: judgement.splices.map((s) => s.what),
		judgeNs: how.judgeNs,
		recordNs: how.recordNs,
	});
}

/** … and what the gateway refused by itself. */
export function reportRefusal(refusal: Refusal, { server, remote }: Subject, status: number): void {
	publish('refusal', { code: refusal.code, server, remote, status, recorded: true });
}
