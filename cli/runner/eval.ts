import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Finding } from '../../engine/detect/finding.ts';
import { SluiceError } from '../../engine/error.ts';
import type { Frame } from '../../engine/frame/frame.ts';
import { RECORDED_LIMITS } from '../../engine/frame/limits.ts';
import { readFrames } from '../../engine/frame/read.ts';
import { type JudgedInput, judgeInput } from '../../engine/judge.ts';
import type { Judgement } from '../../engine/policy/judgement.ts';
import { loadPolicy } from '../../engine/policy/load.ts';
import { whyNotJson } from '../../engine/recording/why-not-json.ts';
import type { Principal } from '../../engine/session/types.ts';
import { paint } from '../output/paint.ts';
import { wrap } from '../output/wrap.ts';
import type { Shell } from '../shell.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';

/** What the policy says of one input document. */
export type Evaluated = Pick<Judgement, 'verdict' | 'code' | 'message' | 'reasons' | 'labels' | 'hold' | 'revision'> & {
	readonly version: 1;
};

type Input = Readonly<Record<string, unknown>>;

/** Evaluates a policy on the input document in `file` (`-`: stdin). @throws SluiceError `ERR_INPUT` when it is none */
export async function runEval(policyName: string | undefined, file: string, shell: Shell): Promise<Evaluated> {
	const text = file === '-' ? (await shell.read()).toString('utf8') : await readInput(file, shell);
	const input = parse(text, file);
	return withCompiler(shell, async (compiler) => {
		const policy = loadPolicy(await policyFrom(policyName, compiler, shell));
		const options = { hashKey: Buffer.alloc(32), inputLimit: Number.POSITIVE_INFINITY };
		const judged = judgeInput(policy, Buffer.from(text, 'utf8'), about(input), options);
		const { findings: _, splices: __, ...result } = judged;
		return { version: 1, ...result };
	});
}

/** The message and the circumstances that the document describes, as far as it does. */
function about(input: Input): JudgedInput {
	const { from, kind, method, params, result, error, findings } = input;
	const session = (input.session ?? {}) as { id?: string; seq?: number };
	const tool = (input.tool as { name?: string } | undefined)?.name;
	const notified = kind === 'notification';
	const body = kind === 'result' ? { result } : kind === 'error' ? { error } : { method, params };
	return {
		frame: frameOf({ jsonrpc: '2.0', ...(notified ? {} : { id: 1 }), ...body }),
		from: from === 'server' ? 'server' : 'client',
		kind: kind === 'result' || kind === 'error' || notified ? kind : 'request',
		method: typeof method === 'string' ? method : '',
		seed: `${session.id ?? ''}/${session.seq ?? 0}`,
		scope: {
			principal: { ...NOBODY, ...(input.principal as object) },
			server: { name: '', labels: [], transport: 'stdio', ...(input.server as object) },
			nowNs: time(input),
			...(tool === undefined ? {} : { tool }),
		},
		...(Array.isArray(findings) ? { findings: findings as Finding[] } : {}),
	};
}

const NOBODY: Principal = { id: '', kind: 'anonymous', issuer: '', groups: [], scopes: [], claims: {} };

/** What masks are located in. A document that describes no proper message has nothing to mask. */
function frameOf(message: object): Frame {
	for (const json of [message, { jsonrpc: '2.0', id: 1, result: {} }]) {
		const read = readFrames(Buffer.from(JSON.stringify(json), 'utf8'), { limits: RECORDED_LIMITS, batches: false });
		if (read.ok && read.frames[0] !== undefined) return read.frames[0];
	}
	throw new TypeError('an empty result reads');
}

function time(input: Input): bigint {
	const ns = (input.time as { ns?: unknown } | undefined)?.ns;
	return typeof ns === 'number' && Number.isSafeInteger(Math.round(ns / 1000)) ? BigInt(Math.round(ns)) : 0n;
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

function parse(text: string, file: string): Input {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
	} catch (cause) {
		throw new SluiceError('ERR_INPUT', `\`${file}\` is not JSON: ${whyNotJson(cause)}`, {
			help: 'an input document is one JSON object',
			cause,
		});
	}
	throw new SluiceError('ERR_INPUT', `\`${file}\` is not a JSON object`, {
		help: 'an input document is one JSON object',
	});
}

/** For people. */
export function spellEvaluated(result: Evaluated, shell: Shell): string {
	const ink = result.verdict === 'allow' ? 'green' : result.verdict === 'deny' ? 'red' : 'yellow';
	const lines = [paint(ink, result.verdict, shell.color) + (result.code === undefined ? '' : `  ${result.code}`)];
	if (result.message !== undefined) lines.push(wrap(result.message, shell.width));
	for (const reason of result.reasons) {
		const was = reason.was === undefined ? '' : ` (would be ${reason.was})`;
		lines.push(`  ${wrap(`${reason.set} ${reason.rule}: ${reason.message}${was}`, shell.width - 2, '    ')}`);
	}
	for (const { label, scope } of result.labels) lines.push(`  label ${label} (${scope})`);
	return `${lines.join('\n')}\n`;
}
