import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { readFrames } from '../../engine/frame/read.ts';
import { maskSplices } from '../../engine/mask/mask.ts';
import { compileMaskPath } from '../../engine/mask/paths.ts';
import { type Decision, mergeDecision } from '../../engine/policy/decision.ts';
import type { Verdict } from '../../engine/policy/judgement.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { paint } from '../output/paint.ts';
import { wrap } from '../output/wrap.ts';
import type { Shell } from '../shell.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';

/** What the policy says of one input document. */
export interface Evaluated {
	readonly version: 1;
	readonly verdict: Verdict;
	readonly code?: string;
	readonly message?: string;
	readonly reasons: Decision['reasons'];
	readonly labels: Decision['labels'];
	readonly hold?: Decision['hold'];
	readonly revision: string;
}

type Input = Readonly<Record<string, unknown>>;

/** Evaluates a policy on the input document in `file` (`-`: stdin). @throws SluiceError `ERR_INPUT` when it is none */
export async function runEval(policy: string | undefined, file: string, shell: Shell): Promise<Evaluated> {
	const text = file === '-' ? (await shell.read()).toString('utf8') : await readInput(file, shell);
	const input = parse(text, file);
	return withCompiler(shell, async (compiler) => decide(loadPolicy(await policyFrom(policy, compiler, shell)), input));
}

function decide(policy: Policy, input: Input): Evaluated {
	const { revision } = policy;
	const nowNs = time(input);
	const bytes = Buffer.from(JSON.stringify(input), 'utf8');
	const session = (input.session ?? {}) as { id?: string; seq?: number };
	const seed = `${session.id ?? ''}/${session.seq ?? 0}`;
	const evaluation = policy.evaluator.evaluate(bytes, { nowNs, seed });
	if (!evaluation.ok) {
		const { code, message } = evaluation;
		return { version: 1, verdict: 'deny', code, message, reasons: [], labels: [], revision };
	}
	const principal = {
		id: '',
		kind: 'anonymous',
		issuer: '',
		groups: [],
		scopes: [],
		claims: {},
		...(input.principal as object),
	} as const;
	const server = { name: '', labels: [], transport: 'stdio', ...(input.server as object) } as const;
	const tool = (input.tool as { name?: string } | undefined)?.name;
	const scope = { principal, server, nowNs, ...(tool === undefined ? {} : { tool }) };
	const decision = mergeDecision(evaluation.decision, policy.exceptions, scope);
	const masks = decision.reasons.filter((reason) => reason.set === 'mask');
	const hits = masks.length === 0 ? [] : located(policy, input, masks);
	const reasons = decision.reasons.filter((reason) => reason.set !== 'mask' || hits.includes(reason));
	const { verdict, code, labels, hold } = decision;
	return {
		version: 1,
		verdict: verdict === 'allow' && hits.length > 0 ? 'mask' : verdict,
		...(code === undefined ? {} : { code }),
		reasons,
		labels,
		...(hold === undefined ? {} : { hold }),
		revision,
	};
}

/** The masks that cover something in the message that the document describes: the others add no reason. */
function located(policy: Policy, input: Input, masks: Decision['reasons']): Decision['reasons'] {
	const { method, params, result, error, kind } = input;
	const body =
		kind === 'request' || kind === 'notification' ? { method, params } : kind === 'error' ? { error } : { result };
	const text = JSON.stringify({ jsonrpc: '2.0', ...(kind === 'notification' ? {} : { id: 1 }), ...body });
	const unbounded = { frame: Number.POSITIVE_INFINITY, depth: 10_000, keys: Number.POSITIVE_INFINITY };
	const read = readFrames(Buffer.from(text, 'utf8'), { limits: unbounded, batches: false });
	const frame = read.ok ? read.frames[0] : undefined;
	if (frame === undefined) return masks;
	const requests = masks.map(({ op = 'redact', path, finding, ...rest }) => ({
		op,
		...(path === undefined ? {} : { path: compileMaskPath(path) }),
		...(finding === undefined ? {} : { finding }),
		...('with' in rest ? { with: rest.with } : {}),
	}));
	const { hits } = maskSplices(frame, requests, policy.detector.detect(frame), Buffer.alloc(32));
	return masks.filter((_, i) => hits[i]);
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
		const why = (cause as Error).message;
		throw new SluiceError('ERR_INPUT', `\`${file}\` is not JSON: ${why}`, {
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
		lines.push(wrap(`  ${reason.set} ${reason.rule}: ${reason.message}${was}`, shell.width, '    '));
	}
	for (const { label, scope } of result.labels) lines.push(`  label ${label} (${scope})`);
	return `${lines.join('\n')}\n`;
}
