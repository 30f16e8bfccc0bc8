import type { Counts } from './counts.ts';
import type { ProbedBody, Span } from './probed-body.ts';

/** Why a line is not covered. `code` is stable; `text` is for people and quotes the policy, never a value. */
export interface Reason {
	readonly code: 'blocked' | 'false' | 'off' | 'unreached' | 'unasked' | 'empty' | 'earlier' | 'ignored' | 'unmeasured';
	readonly text: string;
	/** Row of the expression in its way, which was reached and never true. */
	readonly by?: number;
}

/** What there is to know beside the counts. */
export interface Circumstances {
	readonly bodies: readonly ProbedBody[];
	readonly counts: Counts;
	/** Packages of rules whose level was `off` wherever the policy judged: `data.rules.shell.closed`. */
	readonly off: ReadonlySet<string>;
}

/** Why expression `i` of a body (with the number of its expressions: its head) was never true. */
export function whyNot(body: ProbedBody, i: number, about: Circumstances): Reason {
	const { counts } = about;
	if (body.reordered && counts.at(body, 0) > 0) {
		return { code: 'unmeasured', text: 'not measured: OPA evaluates the expressions of this body in another order' };
	}
	const head = i === body.expressions.length;
	if (counts.at(body, i) > 0 && !head) return { code: 'false', text: 'the expression was always false or undefined' };
	if (counts.at(body, i) > 0) return { code: 'false', text: 'what its head computes was always undefined' };
	for (let j = i - 1; j >= 0; j--) {
		if (counts.at(body, j) === 0) continue;
		const blocker = body.expressions[j]!;
		const what = `${quoted(blocker.text)} at ${spelled(blocker)} was never true`;
		return {
			code: 'blocked',
			by: blocker.row,
			text: head ? `the rule never fired: ${what}` : `never reached because ${what}`,
		};
	}
	return body.parent === undefined ? whyNeverAsked(body, about) : whyNotWithin(body, body.parent, about);
}

function whyNotWithin(body: ProbedBody, [around, at]: readonly [number, number], about: Circumstances): Reason {
	const outer = about.bodies[around]!;
	if (about.counts.at(outer, at) === 0) return whyNot(outer, at, about);
	if (body.kind === 'every') return { code: 'empty', text: 'never reached: `every` had nothing to go over' };
	return { code: 'earlier', text: 'never reached: the expression around it was decided before' };
}

function whyNeverAsked(body: ProbedBody, { bodies, counts, off }: Circumstances): Reason {
	if (off.has(body.package)) return { code: 'off', text: 'the rule package is off in this profile' };
	const others = bodies.filter((b) => b !== body && b.parent === undefined && b.rule === body.rule);
	const asked = others.filter((b) => b.package === body.package && counts.at(b, 0) > 0);
	if (body.kind === 'default' && asked.length > 0) {
		return { code: 'earlier', text: 'never evaluated: another definition always had a value' };
	}
	if (body.kind === 'else' && asked.length > 0) {
		return { code: 'earlier', text: 'never reached: a branch before it always held' };
	}
	if (/^data\.rules\.\w+\.\w+$/.test(body.package) && /^(deny|hold|mask|warn|label)\b/.test(body.rule)) {
		return { code: 'unreached', text: 'no fixture reaches this rule' };
	}
	const name = body.rule.replace(/\(.*/s, '');
	const how = asked.length > 0 ? 'with arguments that this definition takes' : 'in any fixture or test';
	return { code: 'unasked', text: `nothing asks for ${quoted(name)} ${how}` };
}

const LONGEST = 60;

function quoted(text: string): string {
	const line = text.split('\n')[0]!.trim();
	return `\`${line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line}\``;
}

function spelled({ row, col }: Span): string {
	return `${row}:${col}`;
}
