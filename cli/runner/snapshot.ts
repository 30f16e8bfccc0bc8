import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { SluiceError } from '../../engine/error.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { type Replayed, replay } from '../../engine/replay.ts';
import type { Group, Item } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { coverBy, describeFrame, maskedPointers, rulesBehind } from './describe.ts';
import { shown } from './policy-argument.ts';
import { fromFile } from './session-argument.ts';

/** `dir/wire.session.jsonl` → `dir/wire.verdicts.yaml` (contract §5). */
export function snapshotOf(session: string): string {
	return `${session
		.replace(/\.gz$/, '')
		.replace(/\.jsonl$/, '')
		.replace(/\.session$/, '')}.verdicts.yaml`;
}

/** Compares a session's verdicts with its snapshot, or (`update`) writes the snapshot. @throws SluiceError */
export async function runSnapshot(file: string, policy: Policy, update: boolean, shell: Shell): Promise<Group> {
	const session = await fromFile(file, shell);
	const rows = new Map<string, { row: Row; what: string }>();
	for await (const replayed of replay(session.header, session.lines(), policy)) {
		const seq = String(replayed.rejudge?.seq ?? replayed.line.seq);
		rows.set(seq, {
			row: rowOf(replayed),
			what: `${replayed.line.from} ${describeFrame(replayed.line, coverBy(policy.detector))}`,
		});
	}
	const path = snapshotOf(file);
	const title = shown(path, shell);
	if (update) return { title, items: [await rewrite(path, title, session.name, rows)], brief: true };
	if (!existsSync(path)) {
		const help = 'write it with `sluice test --update`, and review it';
		return { title, items: [{ name: session.name, status: 'failure', message: 'there is no snapshot', help }] };
	}
	return { title, items: compare(rows, await read(path, title)), brief: true };
}

/** Writes a snapshot, and says which of its rows that changes. One that cannot be read is written anew. */
async function rewrite(
	path: string,
	title: string,
	name: string,
	rows: ReadonlyMap<string, { row: Row; what: string }>,
): Promise<Item> {
	const before = existsSync(path) ? await readFile(path, 'utf8') : undefined;
	const after = spell(rows);
	if (before === after) return { name, status: 'ok', message: 'unchanged' };
	let frames: Readonly<Record<string, unknown>> = {};
	let message = before === undefined ? 'written' : 'rewritten';
	try {
		if (before !== undefined) frames = await read(path, title);
	} catch {
		message = 'rewritten; what stood there was no verdict snapshot';
	}
	const was = new Map(Object.entries(frames).map(([seq, row]) => [seq, flow(row as Row)]));
	const detail: string[] = [];
	for (const [seq, { row, what }] of rows) {
		const old = was.get(seq);
		if (old === flow(row)) continue;
		if (old !== undefined) detail.push(`- ${seq}: ${old}`);
		detail.push(`+ ${seq}: ${flow(row)} # ${what}`);
	}
	for (const [seq, old] of was) if (!rows.has(seq)) detail.push(`- ${seq}: ${old}`);
	await writeFile(path, after);
	return { name, status: 'note', message: `${message}, ${counted(rows, was)}`, detail };
}

function counted(rows: ReadonlyMap<string, { row: Row }>, was: ReadonlyMap<string, string>): string {
	const all = [...rows];
	const added = all.filter(([seq]) => !was.has(seq)).length;
	const changed = all.filter(([seq, { row }]) => was.has(seq) && was.get(seq) !== flow(row)).length;
	const removed = [...was.keys()].filter((seq) => !rows.has(seq)).length;
	return `${added} rows added, ${changed} changed, ${removed} removed`;
}

/** What a snapshot says of a frame: nothing that could hold a value. */
interface Row {
	readonly verdict: string;
	readonly rules?: readonly string[];
	readonly code?: string;
	readonly masked?: readonly string[];
}

function rowOf({ status, judgement }: Replayed): Row {
	if (judgement === undefined) return { verdict: status };
	const [rules, masked] = [rulesBehind(judgement), maskedPointers(judgement)];
	return {
		verdict: judgement.verdict,
		...(rules.length === 0 ? {} : { rules }),
		...(judgement.code === undefined ? {} : { code: judgement.code }),
		...(judgement.verdict === 'deny' || masked.length === 0 ? {} : { masked }),
	};
}

function compare(
	rows: ReadonlyMap<string, { row: Row; what: string }>,
	frames: Readonly<Record<string, unknown>>,
): Item[] {
	const items: Item[] = [];
	for (const [seq, { row, what }] of rows) {
		const before = Object.hasOwn(frames, seq) ? flow(frames[seq] as Row) : undefined;
		const name = `seq ${seq} ${what}`;
		if (before === flow(row)) items.push({ name, status: 'ok' });
		else items.push(drift(name, [`was ${before ?? 'not there'}`, `is  ${flow(row)}`], row));
	}
	for (const seq of Object.keys(frames)) {
		if (!rows.has(seq)) items.push(drift(`seq ${seq}`, ['the session has no such frame any more'], undefined));
	}
	return items;
}

function drift(name: string, detail: readonly string[], row: Row | undefined): Item {
	const rule = row?.rules?.[0];
	return {
		name,
		status: 'failure',
		message: 'differs from the snapshot',
		detail,
		...(rule === undefined ? {} : { rule }),
	};
}

async function read(path: string, title: string): Promise<Readonly<Record<string, unknown>>> {
	let value: unknown;
	try {
		value = parse(await readFile(path, 'utf8'));
	} catch (cause) {
		const why = (cause as Error).message.split('\n')[0];
		throw new SluiceError('ERR_SNAPSHOT', `${title}: ${why}`, {
			help: 'write it anew with `sluice test --update`',
			cause,
		});
	}
	const { version, frames } = (value ?? {}) as { version?: unknown; frames?: unknown };
	// a session without frames has nothing below `frames:`
	const rows = frames ?? {};
	if (version === 1 && isMap(rows) && Object.values(rows).every(isMap)) return rows;
	throw new SluiceError('ERR_SNAPSHOT', `${title} is not a verdict snapshot of version 1`, {
		help: 'write it anew with `sluice test --update`',
	});
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line a frame, so that a pull request shows which frames a policy change touches. */
function spell(rows: ReadonlyMap<string, { row: Row; what: string }>): string {
	const lines = [...rows].map(([seq, { row, what }]) => `  ${seq}: ${flow(row)} # ${what}\n`);
	return `# Written by sluice test --update: what the policy says of each frame.\nversion: 1\nframes:\n${lines.join('')}`;
}

/** A flow mapping in one spelling; plain scalars only where YAML reads them back as the same text. */
function flow({ verdict, rules, code, masked }: Row): string {
	// a row that somebody edited may hold anything
	const list = (values: readonly string[] | unknown) =>
		`[${(Array.isArray(values) ? values : [values]).map((v) => JSON.stringify(v)).join(', ')}]`;
	const members = [
		`verdict: ${verdict}`,
		...(rules === undefined ? [] : [`rules: ${list(rules)}`]),
		...(code === undefined ? [] : [`code: ${code}`]),
		...(masked === undefined ? [] : [`masked: ${list(masked)}`]),
	];
	return `{ ${members.join(', ')} }`;
}
