import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Policy } from '../../engine/policy/load.ts';
import { parseRfc3339 } from '../../engine/policy/rfc3339.ts';
import type { Place } from '../../engine/policy/types.ts';
import { type Replayed, replay } from '../../engine/replay.ts';
import type { Group, Item } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { coverBy, describeReason, describeVerdict, maskedPointers, rulesBehind, whyKept } from './describe.ts';
import { shown } from './policy-argument.ts';
import { fromFile, type RecordedSession } from './session-argument.ts';
import { type Case, type Expectation, parseSuite } from './suite-file.ts';

/** Gives the policy at a path, with data merged over its own; each is compiled once. */
export type PolicyShelf = (path: string | undefined, data?: Readonly<Record<string, unknown>>) => Promise<Policy>;

/** A recorded session and what a policy must say of it: a case of a suite, or a snapshot. */
export interface Fixture {
	readonly name: string;
	/** The policy that it names: a path; undefined: the one of the current folder. */
	readonly policy: string | undefined;
	/** Merged over the policy's data. */
	readonly data?: Readonly<Record<string, unknown>>;
	/** What the policy says, compared. */
	readonly run: (policy: Policy) => Promise<readonly Item[]>;
}

/** Runs every case of a suite whose name `wanted` takes. @throws SluiceError when suite, session or policy cannot be read */
export async function runSuite(
	file: string,
	shelf: PolicyShelf,
	policy: string | undefined,
	wanted: (name: string) => boolean,
	shell: Shell,
): Promise<Group> {
	const title = shown(file, shell);
	const items: Item[] = [];
	for (const fixture of await casesOf(file, policy, shell)) {
		if (!wanted(`${title} ${fixture.name}`)) continue;
		items.push(...(await fixture.run(await shelf(fixture.policy, fixture.data))));
	}
	return { title, items, brief: true };
}

/** The cases of a suite, in their order; `policy` is in the place of what the suite names. @throws SluiceError */
export async function casesOf(file: string, policy: string | undefined, shell: Shell): Promise<readonly Fixture[]> {
	const suite = parseSuite(await readFile(file, 'utf8'), shown(file, shell));
	const folder = dirname(file);
	const named = suite.policy === undefined ? undefined : resolve(folder, suite.policy);
	return suite.cases.map((one, i): Fixture => {
		const name = `case ${i + 1} ${one.session}`;
		const data = one.with?.data;
		return {
			name,
			policy: policy ?? named,
			...(data === undefined ? {} : { data }),
			async run(judge) {
				const session = changed(await fromFile(resolve(folder, one.session), shell), one);
				return runCase(name, one, session, judge, (j) => suite.place(i, j));
			},
		};
	});
}

/** The session as `with` makes it. */
export function changed(session: RecordedSession, { with: change }: Case): RecordedSession {
	if (change === undefined) return session;
	const { principal, time } = change;
	const started = time === undefined ? session.header.started_ns : (parseRfc3339(time) ?? session.header.started_ns);
	const header = { ...session.header, started_ns: started, principal: { ...session.header.principal, ...principal } };
	if (principal === undefined) return { ...session, header };
	return {
		...session,
		header,
		async *lines() {
			for await (const line of session.lines()) {
				yield line.type === 'frame' && line.principal !== undefined
					? { ...line, principal: { ...line.principal, ...principal } }
					: line;
			}
		},
	};
}

async function runCase(
	name: string,
	one: Case,
	session: RecordedSession,
	policy: Policy,
	place: (j?: number) => Place,
): Promise<Item[]> {
	const expected = new Map((one.expect ?? []).map((expectation, j) => [expectation.at, { expectation, j }]));
	const otherwise = one.otherwise ?? 'allow';
	const items: Item[] = [];
	let frames = 0;
	for await (const replayed of replay(session.header, session.lines(), policy)) {
		if (replayed.rejudge !== undefined) continue;
		frames++;
		const { seq } = replayed.line;
		const named = expected.get(seq);
		expected.delete(seq);
		const wrong = named === undefined ? unnamed(replayed, otherwise) : unlike(replayed, named.expectation);
		if (named === undefined && wrong === undefined) continue;
		items.push(itemOf(`${name} seq ${seq}`, replayed, policy, wrong, place(named?.j)));
	}
	for (const [seq, { j }] of expected) {
		const message = 'the session has no such frame';
		items.push({ name: `${name} seq ${seq}`, status: 'failure', message, place: place(j) });
	}
	if (frames === 0) {
		const help = 'name a session that has frames, or take the case out';
		items.push({
			name,
			status: 'failure',
			message: 'the session has no frame: nothing is tested',
			place: place(),
			help,
		});
	}
	if (items.length === 0) items.push({ name, status: 'ok' });
	return items;
}

function itemOf(name: string, replayed: Replayed, policy: Policy, wrong: string | undefined, place: Place): Item {
	if (wrong === undefined) return { name, status: 'ok' };
	const { line, judgement } = replayed;
	const detail =
		judgement?.reasons.map((reason) => describeReason(reason, line, judgement, coverBy(policy.detector))) ?? [];
	const rule = judgement === undefined ? undefined : rulesBehind(judgement)[0];
	return { name, status: 'failure', message: wrong, detail, place, ...(rule === undefined ? {} : { rule }) };
}

function unnamed(replayed: Replayed, otherwise: NonNullable<Case['otherwise']>): string | undefined {
	const { line, judgement, status } = replayed;
	// what a gateway refused is on record; a frame that it would refuse is a slip of whoever wrote the file
	if (status === 'kept' && line.by !== 'gateway' && otherwise !== 'any' && otherwise !== 'deny') {
		return `expected ${otherwise} (no expectation names it), got a refusal of the gateway itself: ${whyKept(line)}`;
	}
	if (judgement === undefined || otherwise === 'any' || judgement.verdict === otherwise) return undefined;
	return `expected ${otherwise} (no expectation names it), got ${describeVerdict(judgement)}`;
}

function unlike(replayed: Replayed, expected: Expectation): string | undefined {
	const { line, judgement, status } = replayed;
	if (judgement === undefined && status === 'kept') {
		const why = whyKept(line);
		const named = expected.code === undefined || why.split(',')[0] === expected.code;
		if (expected.verdict === 'deny' && expected.rule === undefined && named) return undefined;
		return `expected ${spell(expected)}, got a refusal of the gateway itself: ${why}`;
	}
	if (judgement === undefined) {
		return expected.verdict === status ? undefined : `expected ${expected.verdict}, got ${status}`;
	}
	const got = describeVerdict(judgement);
	if (judgement.verdict !== expected.verdict) return `expected ${expected.verdict}, got ${got}`;
	if (expected.rule !== undefined && !rulesBehind(judgement).includes(expected.rule)) {
		return `expected ${expected.verdict} by ${expected.rule}, got ${got}`;
	}
	if (expected.code !== undefined && judgement.code !== expected.code) {
		return `expected code ${expected.code}, got ${judgement.code ?? 'none'}`;
	}
	if (expected.masked === undefined) return undefined;
	const [want, have] = [[...expected.masked].sort(), maskedPointers(judgement)];
	if (want.join('\n') === have.join('\n')) return undefined;
	return `expected masked ${want.join(', ') || 'nothing'}, got ${have.join(', ') || 'nothing'}`;
}

function spell({ verdict, rule, code }: Expectation): string {
	return `${verdict}${rule === undefined ? '' : ` by ${rule}`}${code === undefined ? '' : ` with ${code}`}`;
}
