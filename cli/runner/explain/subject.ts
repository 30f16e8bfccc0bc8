import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';
import { readDocument } from '../../../engine/input/document.ts';
import { type JudgedInput, judgeInput } from '../../../engine/judge.ts';
import type { Judgement } from '../../../engine/policy/judgement.ts';
import type { Policy } from '../../../engine/policy/load.ts';
import { type EvaluatedInput, recordedInput } from '../../../engine/recorded-input.ts';
import type { Replayed } from '../../../engine/replay.ts';
import type { Shell } from '../../shell.ts';
import { whyKept } from '../describe.ts';
import type { StorePlace } from '../local-store.ts';
import { revealRefused } from '../reveal.ts';
import { eachSession, type RecordedSession } from '../session-argument.ts';

/** What a policy is asked about, with what it says. */
export interface Subject {
	/** The input document. */
	readonly input: Uint8Array;
	readonly about: JudgedInput;
	readonly judgement: Judgement;
	/** Bytes that the judgement's masks are about. */
	readonly frame: Buffer;
	/** Of a recorded frame. */
	readonly recorded?: {
		readonly session: string;
		readonly seq: number;
		readonly message?: readonly [number, number];
		readonly embedded_in?: string;
	};
}

/** Without a store's key tags of `hash` masks are equal for equal values; `eval` shows none. */
const NO_KEY = Buffer.alloc(32);

/** An input document that somebody wrote. @throws SluiceError `ERR_INPUT` */
export async function writtenInput(file: string, policy: Policy, shell: Shell): Promise<Subject> {
	const text = file === '-' ? (await shell.read()).toString('utf8') : await readInput(file, shell);
	const { bytes, about } = readDocument(text, `\`${file}\``);
	const judgement = judgeInput(policy, bytes, about, { hashKey: NO_KEY, inputLimit: Number.POSITIVE_INFINITY });
	return { input: bytes, about, judgement, frame: about.frame.bytes };
}

async function readInput(file: string, shell: Shell): Promise<string> {
	try {
		return await readFile(resolve(shell.cwd, file), 'utf8');
	} catch (cause) {
		throw new SluiceError('ERR_INPUT', `cannot read the input document \`${file}\``, {
			help: 'check the path; - is stdin',
			cause,
		});
	}
}

/** A recorded frame, by the `seq` of its line. @throws SluiceError `ERR_EVAL_FRAME`, and what finding the session throws */
export async function recordedFrame(
	name: string,
	seq: number,
	reveal: boolean,
	place: StorePlace,
	policy: Policy,
	shell: Shell,
): Promise<Subject> {
	let found: Subject | undefined;
	let sessions = 0;
	await eachSession([name], place, shell, async (session) => {
		if (++sessions > 1) {
			throw new SluiceError('ERR_EVAL_FRAME', `\`${name}\` holds several sessions`, {
				help: 'name one session: its file, or its id with --store',
			});
		}
		if (reveal && session.hashKey !== undefined) {
			throw revealRefused(name);
		}
		found = await frameOf(session, seq, policy);
	});
	return found!;
}

async function frameOf(session: RecordedSession, seq: number, policy: Policy): Promise<Subject> {
	const { header, lines, name, hashKey } = session;
	const found = await recordedInput(header, lines(), policy, seq, hashKey === undefined ? {} : { hashKey });
	if (found === undefined) {
		throw new SluiceError('ERR_EVAL_FRAME', `session \`${name}\` has no frame ${seq}`, {
			help: `its frames are ${await framesOf(session)}; \`sluice play\` shows them`,
		});
	}
	const { replayed, inputs } = found;
	const { judgement, line } = replayed;
	const last = inputs.length - 1;
	if (judgement === undefined || last < 0) throw notJudged(name, seq, replayed);
	const judged = inputs.map((input) => judgedAlone(input, policy));
	const at = deciding(judged, judgement);
	const { input, about, within } = judged[at]!;
	const message = last === 0 ? {} : { message: [at + 1, inputs.length] as const };
	const where = within === undefined ? {} : { embedded_in: within };
	return { input, about, judgement, frame: line.bytes, recorded: { session: name, seq, ...message, ...where } };
}

/** Of several messages (a batch, a frame that carries others) the one that decides, or the first. */
function deciding(judged: readonly ReturnType<typeof judgedAlone>[], { verdict, reasons }: Judgement): number {
	const same = judged.findIndex(({ judgement }) => judgement.verdict === verdict);
	if (same >= 0) return same;
	const unlisted = reasons.find(({ set, was }) => set === 'mask' && was === 'deny');
	const tool = judged.findIndex(({ within, about }) => within === 'tools/list' && about.scope.tool === unlisted?.tool);
	if (unlisted !== undefined && tool >= 0) return tool;
	return Math.max(
		0,
		judged.findIndex(({ judgement }) => judgement.verdict !== 'allow'),
	);
}

function judgedAlone({ bytes, nowNs, seed }: EvaluatedInput, policy: Policy) {
	const { about } = readDocument(bytes);
	const exact: JudgedInput = { ...about, seed, scope: { ...about.scope, nowNs } };
	const options = { hashKey: NO_KEY, inputLimit: Number.POSITIVE_INFINITY };
	const { embedded_in: within } = JSON.parse(bytes.toString('utf8')) as { embedded_in?: string };
	return { input: bytes, about: exact, within, judgement: judgeInput(policy, bytes, exact, options) };
}

function notJudged(name: string, seq: number, { status, line, judgement }: Replayed): SluiceError {
	const why =
		status === 'kept'
			? `the gateway itself refuses it (${whyKept(line)})`
			: status === 'unreached'
				? 'it answers a request that this policy would not have let go'
				: `it was not evaluated (${judgement?.code ?? 'no rule'})`;
	return new SluiceError('ERR_EVAL_FRAME', `no policy judges frame ${seq} of session \`${name}\`: ${why}`, {
		help: '`sluice replay` shows what becomes of each frame',
	});
}

async function framesOf({ lines }: RecordedSession): Promise<string> {
	const seqs: number[] = [];
	for await (const line of lines()) if (line.type === 'frame' || line.type === 'rejudge') seqs.push(line.seq);
	if (seqs.length === 0) return 'none';
	return seqs.length <= 12 ? seqs.join(', ') : `${seqs.length}, from ${seqs[0]} to ${seqs.at(-1)}`;
}
