import { changedRules } from '../../engine/diff/fingerprint.ts';
import { type Difference, type DifferenceClass, diffJudgements } from '../../engine/diff.ts';
import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { type Replayed, replay } from '../../engine/replay.ts';
import type { Group, Item, Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';
import { describeFrame, describeReason, describeVerdict, maskedPointers } from './describe.ts';
import type { StorePlace } from './local-store.ts';
import { policyFrom, withCompiler } from './policy-argument.ts';
import { nothingJudged } from './replay.ts';
import { eachSession, type RecordedSession } from './session-argument.ts';

/** What makes `diff` exit 1. `unknown` fails each of them. */
export type FailOn = 'any' | 'loosened' | 'tightened';

export interface DiffRequest extends StorePlace {
	readonly from: string;
	readonly to: string;
	readonly sessions: readonly string[];
	readonly failOn: FailOn;
}

/** One entry of `differences`, and what text needs to explain it. */
interface Found {
	readonly session: RecordedSession;
	readonly difference: Difference;
	readonly a: Replayed;
	readonly b: Replayed;
}

/** The frames that two policies judge differently, grouped by rule (contract §3). */
export async function runDiff(request: DiffRequest, shell: Shell): Promise<Report> {
	return withCompiler(shell, async (compiler) => {
		const from = loadPolicy(await policyFrom(request.from, compiler, shell));
		const to = loadPolicy(await policyFrom(request.to, compiler, shell));
		const tour = new Tour(from, to);
		await eachSession(request.sessions, request, shell, async (session) => {
			await tour.visit(session);
			shell.progress(`${session.name}: ${tour.frames} frames so far, ${tour.found.length} differ`);
		});
		if (tour.judged === 0) throw nothingJudged(tour.frames);
		return tour.report(request.failOn);
	});
}

class Tour {
	readonly found: Found[] = [];
	frames = 0;
	judged = 0;
	readonly #from: Policy;
	readonly #to: Policy;
	readonly #unreached: { session: string; seq: number }[] = [];
	/** Where each begins to be hypothetical. */
	readonly #diverged = new Map<RecordedSession, number>();
	/** Rules with a reason on some frame, whatever came of it. */
	readonly #exercised = new Set<string>();
	readonly #lacksFacts: (rule: string) => boolean;

	constructor(from: Policy, to: Policy) {
		this.#from = from;
		this.#to = to;
		const readers = new Set(
			[...from.rules, ...to.rules]
				.filter(({ reads }) => reads?.some((p) => /^input\.recent\b/.test(p)) ?? true)
				.map((r) => r.id),
		);
		this.#lacksFacts = (rule) => readers.has(rule);
	}

	async visit(session: RecordedSession): Promise<void> {
		const options = session.hashKey === undefined ? {} : { hashKey: session.hashKey };
		const sides = [this.#from, this.#to].map((policy) => replay(session.header, session.lines(), policy, options));
		const differing = new Set<number>();
		for await (const [a, b] of together(sides[0]!, sides[1]!)) this.#pair(session, a, b, differing);
	}

	#pair(session: RecordedSession, a: Replayed | undefined, b: Replayed | undefined, differing: Set<number>): void {
		const { line, rejudge } = (a ?? b)!;
		if (rejudge === undefined) this.frames++;
		for (const side of [a, b]) {
			for (const reason of side?.judgement?.reasons ?? []) this.#exercised.add(reason.rule);
		}
		if (rejudge === undefined && (a?.status === 'unreached' || b?.status === 'unreached')) {
			this.#unreached.push({ session: session.header.id, seq: line.seq });
		}
		if (a?.judgement === undefined || b?.judgement === undefined) return;
		if (rejudge === undefined) {
			this.judged++;
			this.#divergence(session, line.verdict, [a, b], line.seq);
		}
		// one entry a frame: what a release changes counts only where its arrival did not differ
		if (differing.has(line.seq)) return;
		const difference = diffJudgements(a, b, { lacksFacts: this.#lacksFacts });
		if (difference === undefined) return;
		differing.add(line.seq);
		this.found.push({ session, difference, a, b });
	}

	#divergence(session: RecordedSession, recorded: string | undefined, sides: readonly Replayed[], seq: number): void {
		if (recorded !== 'deny' || this.#diverged.has(session)) return;
		const goes = sides.some(({ judgement }) => judgement?.verdict === 'allow' || judgement?.verdict === 'mask');
		if (goes) this.#diverged.set(session, seq);
	}

	report(failOn: FailOn): Report {
		const changed = changedRules(this.#from.compiled, this.#to.compiled);
		const unexercised = changed.filter((rule) => !this.#exercised.has(rule));
		const failing = this.found.filter(({ difference }) => fails(difference, failOn));
		const exit = failing.length > 0 || (failOn === 'any' && unexercised.length > 0) ? 1 : 0;
		const groups = this.#groups(failOn);
		if (unexercised.length > 0) {
			const status = failOn === 'any' ? 'failure' : 'warning';
			const message = 'changed, and no frame reaches it: nobody knows what the change does';
			groups.push({
				title: 'unexercised rules',
				items: unexercised.map((rule) => ({ name: rule, rule, status, message })),
			});
		}
		if (this.#diverged.size > 0) {
			const items = [...this.#diverged].map(
				([{ name }, seq]): Item => ({
					name,
					status: 'note',
					message: `from seq ${seq} on what follows is hypothetical: a recorded deny is now let through`,
				}),
			);
			groups.push({ title: 'diverged sessions', items });
		}
		const counts = countBy(this.found.map(({ difference }) => difference.class));
		const classes = [...counts].map(([name, n]) => `${n} ${name}`).join(', ');
		const summary =
			`${this.judged} of ${this.frames} frames judged, ${this.found.length} ${this.found.length === 1 ? 'differs' : 'differ'}${classes === '' ? '' : ` (${classes})`}` +
			(this.#unreached.length > 0 ? `, ${this.#unreached.length} unreached` : '') +
			(unexercised.length > 0 ? `, ${unexercised.length} unexercised` : '');
		return {
			command: 'diff',
			exit,
			groups,
			summary,
			data: {
				from: this.#from.revision,
				to: this.#to.revision,
				failOn,
				frames: this.frames,
				judged: this.judged,
				differences: this.found.map(entry),
				unreached: this.#unreached,
				diverged: [...this.#diverged].map(([{ header }, seq]) => ({ session: header.id, seq })),
				unexercised,
			},
		};
	}

	#groups(failOn: FailOn): Group[] {
		const groups = new Map<string, Item[]>();
		for (const found of this.found) {
			const { difference } = found;
			const title = `${difference.class}  ${difference.rule === '' ? 'the engine itself' : difference.rule}`;
			const item: Item = {
				name: `${found.session.name} seq ${difference.seq}`,
				rule: difference.rule,
				status: fails(difference, failOn) ? 'failure' : 'note',
				message: `${describeFrame(found.a.line, this.#to.detector)}: ${difference.from} → ${difference.to}`,
				detail: this.#detail(found),
			};
			groups.set(title, [...(groups.get(title) ?? []), item]);
		}
		return [...groups].sort(([x], [y]) => (x < y ? -1 : 1)).map(([title, items]) => ({ title, items }));
	}

	#detail({ a, b, difference }: Found): string[] {
		const sides = [
			['from', a, this.#from],
			['to', b, this.#to],
		] as const;
		const detail = sides.flatMap(([name, { line, judgement }, policy]) => {
			if (judgement === undefined) return [];
			const reasons = judgement.reasons
				.filter((reason) => difference.rules.includes(reason.rule))
				.map((reason) => describeReason(reason, line, judgement, policy.detector));
			const pointers = difference.what.includes('masks') ? maskedPointers(judgement) : [];
			const masked = pointers.length === 0 ? [] : [`masked ${pointers.join(', ')}`];
			const said = [...reasons, ...masked];
			return [`${name}: ${said.length === 0 ? describeVerdict(judgement) : said.join('; ')}`];
		});
		const others = difference.what.filter((what) => what !== 'verdict');
		return others.length === 0 ? detail : [...detail, `differs in: ${difference.what.join(', ')}`];
	}
}

function fails(difference: Difference, failOn: FailOn): boolean {
	if (failOn === 'any' || difference.class === 'unknown') return true;
	// replaced approvers are `changed`, and let somebody release who could not before
	return failOn === 'loosened' ? difference.loosens : difference.tightens;
}

function entry({ session, difference }: Found): Record<string, unknown> {
	const { seq, rule, rules, from, to, what } = difference;
	return {
		session: session.header.id,
		seq,
		rule,
		rules,
		class: difference.class,
		from,
		to,
		what,
		source: session.name,
	};
}

function countBy(classes: readonly DifferenceClass[]): Map<DifferenceClass, number> {
	const counts = new Map<DifferenceClass, number>();
	for (const name of classes) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** Two replays of the same lines side by side; one of them may lack the judgement of a release. */
async function* together(
	a: AsyncGenerator<Replayed>,
	b: AsyncGenerator<Replayed>,
): AsyncGenerator<[Replayed | undefined, Replayed | undefined]> {
	let [left, right] = await Promise.all([a.next(), b.next()]);
	while (left.done !== true || right.done !== true) {
		const [x, y] = [
			left.done === true ? Number.POSITIVE_INFINITY : at(left.value),
			right.done === true ? Number.POSITIVE_INFINITY : at(right.value),
		];
		yield [x <= y ? left.value : undefined, y <= x ? right.value : undefined] as [
			Replayed | undefined,
			Replayed | undefined,
		];
		if (x <= y) left = await a.next();
		if (y <= x) right = await b.next();
	}
}

function at({ line, rejudge }: Replayed): number {
	return rejudge?.seq ?? line.seq;
}
