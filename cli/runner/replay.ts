import { SluiceError } from '../../engine/error.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { type Replayed, replay } from '../../engine/replay.ts';
import type { Group, Item, Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import {
	describeFrame,
	describeReason,
	describeVerdict,
	driftFrom,
	maskedPointers,
	rulesBehind,
	whyKept,
} from './describe.ts';
import type { StorePlace } from './local-store.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';
import { recordedPolicies } from './recorded-policies.ts';
import { eachSession, type RecordedSession } from './session-argument.ts';

export interface ReplayRequest extends StorePlace {
	readonly sessions: readonly string[];
	/** Absent: the revision that judged each frame when it was recorded. */
	readonly policy?: string;
}

/** Judges recorded sessions again and says what differs from what was recorded. */
export async function runReplay(request: ReplayRequest, shell: Shell): Promise<Report> {
	const groups: Group[] = [];
	const sessions: unknown[] = [];
	const total = { frames: 0, judged: 0, changed: 0 };
	await withCompiler(shell, async (compiler) => {
		const fixed =
			request.policy === undefined ? undefined : loadPolicy(await policyFrom(request.policy, compiler, shell));
		const recorded = recordedPolicies(request, compiler, shell);
		await eachSession(request.sessions, request, shell, async (session) => {
			const items: Item[] = [];
			const frames: unknown[] = [];
			for await (const { replayed, policy } of judged(session, fixed ?? recorded)) {
				total.frames++;
				if (replayed.status === 'judged') total.judged++;
				const drift = driftFrom(replayed);
				if (drift !== undefined) total.changed++;
				items.push(itemOf(replayed, policy, drift));
				frames.push(entryOf(replayed, drift !== undefined));
			}
			groups.push({ title: `${session.name}  (${session.header.server.name})`, items });
			sessions.push({ session: session.header.id, source: session.name, frames });
			shell.progress(`${session.name}: ${items.length} frames`);
		});
	});
	if (total.judged === 0) throw nothingJudged(total.frames);
	const summary = `${total.judged} of ${total.frames} frames judged, ${total.changed} changed`;
	return {
		command: 'replay',
		exit: total.changed > 0 ? 1 : 0,
		groups,
		summary,
		data: { sessions, judged: total.judged, changed: total.changed },
	};
}

/** The error for recordings in which no frame could be judged: exit 2 (contract §3). */
export function nothingJudged(frames: number): SluiceError {
	const what =
		frames === 0
			? 'the sessions have no frames'
			: 'none of the frames can be judged: the gateway itself refuses them all, or they answer nothing';
	return new SluiceError('ERR_NOTHING_TO_JUDGE', what, { help: 'name sessions with traffic in them' });
}

async function* judged(
	session: RecordedSession,
	source: Policy | ((revision: string | undefined) => Promise<Policy>),
): AsyncGenerator<{ replayed: Replayed; policy: Policy | undefined }> {
	let last: Policy | undefined;
	const policy =
		typeof source === 'function'
			? async (revision: string | undefined) => {
					last = await source(revision);
					return last;
				}
			: source;
	const options = session.hashKey === undefined ? {} : { hashKey: session.hashKey };
	for await (const replayed of replay(session.header, session.lines(), policy, options)) {
		yield { replayed, policy: typeof source === 'function' ? last : source };
	}
}

function itemOf(replayed: Replayed, policy: Policy | undefined, drift: string | undefined): Item {
	const { line, rejudge, status, judgement } = replayed;
	const what = policy === undefined ? '' : ` ${describeFrame(line, policy.detector)}`;
	const name = `${rejudge?.seq ?? line.seq} ${line.from}${what}${rejudge === undefined ? '' : ` (release of ${line.seq})`}`;
	if (status === 'kept') return { name, status: 'note', message: `refused by the gateway itself: ${whyKept(line)}` };
	if (judgement === undefined || policy === undefined) return { name, status: 'skipped', message: 'unreached' };
	const pointers = maskedPointers(judgement);
	const detail = [
		...(drift === undefined ? [] : [drift]),
		...judgement.reasons.map((reason) => describeReason(reason, line, judgement, policy.detector)),
		...(pointers.length === 0 ? [] : [`masked: ${pointers.join(', ')}`]),
	];
	return {
		name,
		status: drift === undefined ? 'ok' : 'failure',
		message: describeVerdict(judgement),
		detail,
		...(rulesBehind(judgement)[0] === undefined ? {} : { rule: rulesBehind(judgement)[0] as string }),
	};
}

function entryOf(replayed: Replayed, changed: boolean): unknown {
	const { line, rejudge, status, judgement } = replayed;
	return {
		seq: rejudge?.seq ?? line.seq,
		...(rejudge === undefined ? {} : { rejudges: line.seq }),
		from: line.from,
		status,
		...(judgement === undefined
			? {}
			: {
					verdict: judgement.verdict,
					rules: rulesBehind(judgement),
					...(judgement.code === undefined ? {} : { code: judgement.code }),
					masked: maskedPointers(judgement),
					revision: judgement.revision,
				}),
		recorded: (rejudge ?? line).verdict ?? null,
		changed,
	};
}
