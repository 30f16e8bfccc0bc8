import type { FrameFacts, ServerIdentity } from '../session/types.ts';
import type { ParsedException } from './config-data.ts';
import { parseDuration } from './duration.ts';
import type { HoldDemand, HoldTerms, Label, Level, Reason, Verdict } from './judgement.ts';

/** What `sluice/main/decision` gave, merged; masks are not located yet. */
export interface Decision {
	/** Before masks: a `mask` reason only counts once it is known to cover something. */
	readonly verdict: Exclude<Verdict, 'mask'>;
	readonly code?: string;
	readonly reasons: readonly Reason[];
	readonly labels: readonly Label[];
	readonly hold?: HoldTerms;
}

/** What an exception is matched against. */
export interface ExceptionScope {
	readonly principal: FrameFacts['principal'];
	readonly server: ServerIdentity;
	readonly tool?: string;
	readonly nowNs: bigint;
}

interface RawDecision {
	readonly reasons: readonly RawReason[];
	readonly labels: readonly { rule: string; level: Level; label: string; scope?: string; for?: string }[];
	readonly malformed: readonly { rule: string; set: string; why: string }[];
}

type RawReason = Omit<Reason, 'was' | 'excepted'>;

const STRENGTH = { deny: 0, hold: 1, mask: 2, warn: 3 } as const;

/**
 * Merges what the policy said (contract §1, §2): strongest verdict wins, all reasons are kept, in a stable order;
 * shadow levels and exceptions turn reasons into warnings. A decision of any other shape is a deny.
 */
export function mergeDecision(raw: unknown, exceptions: readonly ParsedException[], scope: ExceptionScope): Decision {
	if (!isRawDecision(raw)) {
		return { verdict: 'deny', code: 'ERR_DECISION_MALFORMED', reasons: [], labels: [] };
	}
	const reasons = raw.reasons.map((reason) => soften(reason, exceptions, scope)).sort(compareReasons);
	const labels = raw.labels
		.filter((label) => label.level === 'enforce')
		.map(toLabel)
		.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
	if (raw.malformed.length > 0) {
		const broken = raw.malformed.map(
			({ rule, set, why }): Reason => ({
				set: 'deny',
				rule,
				level: 'enforce',
				message: `rule ${rule} gave a \`${set}\` that cannot be used: ${why}`,
			}),
		);
		return {
			verdict: 'deny',
			code: 'ERR_RULE_MALFORMED',
			reasons: [...broken.sort(compareReasons), ...reasons],
			labels,
		};
	}
	if (reasons.some((reason) => reason.set === 'deny')) return { verdict: 'deny', reasons, labels };
	const holds = reasons.filter((reason) => reason.set === 'hold');
	if (holds.length > 0) return { verdict: 'hold', reasons, labels, hold: holdTerms(holds) };
	return { verdict: 'allow', reasons, labels };
}

function isRawDecision(raw: unknown): raw is RawDecision {
	if (raw === null || typeof raw !== 'object') return false;
	const { reasons, labels, malformed } = raw as Record<string, unknown>;
	return (
		Array.isArray(reasons) &&
		Array.isArray(labels) &&
		Array.isArray(malformed) &&
		reasons.every(
			(r) =>
				typeof r?.rule === 'string' &&
				typeof r.message === 'string' &&
				Object.hasOwn(STRENGTH, r.set) &&
				(r.level === 'enforce' || r.level === 'shadow'),
		) &&
		labels.every((l) => typeof l?.label === 'string' && typeof l.rule === 'string')
	);
}

function soften(raw: RawReason, exceptions: readonly ParsedException[], scope: ExceptionScope): Reason {
	// The module dumps objects in hash order; people read these, so they get one order.
	const { set, rule, level, title, severity, message, ...rest } = raw;
	const about = {
		rule,
		level,
		...(title === undefined ? {} : { title }),
		...(severity === undefined ? {} : { severity }),
		message,
		...rest,
	};
	if (set === 'warn') return { set, ...about };
	if (level === 'shadow') return { set: 'warn', was: set, ...about };
	const exception = exceptions.find((e) => e.applies(rule, scope));
	if (exception === undefined) return { set, ...about };
	const excepted = {
		until: exception.until,
		reason: exception.reason,
		...(exception.by === undefined ? {} : { by: exception.by }),
	};
	return { set: 'warn', was: set, ...about, excepted };
}

function compareReasons(a: Reason, b: Reason): number {
	return (
		STRENGTH[a.set] - STRENGTH[b.set] ||
		(a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0) ||
		(a.message < b.message ? -1 : a.message > b.message ? 1 : 0) ||
		(JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
	);
}

function toLabel(raw: RawDecision['labels'][number]): Label {
	return {
		label: raw.label,
		rule: raw.rule,
		scope: raw.scope === 'principal' ? 'principal' : 'session',
		...(raw.for === undefined ? {} : { forNs: Number(parseDuration(raw.for)) }),
	};
}

/** A year: nobody waits longer, and a deadline stays a date. */
const LONGEST_NS = 365 * 86_400 * 1e9;

/** Every hold reason must be satisfied on its own; the shortest timeout and grant apply (contract §1). */
export function holdTerms(holds: readonly Reason[]): HoldTerms {
	const demands = holds.map(
		(reason): HoldDemand => ({
			rule: reason.rule,
			message: reason.message,
			approvers: [...new Set(reason.approvers ?? [])].sort(),
			quorum: reason.quorum ?? 1,
		}),
	);
	const shortest = (name: 'timeout' | 'grant') => {
		const all = holds.flatMap((reason) => (reason[name] === undefined ? [] : [Number(parseDuration(reason[name]))]));
		return all.length === 0 ? undefined : Math.min(LONGEST_NS, ...all);
	};
	const timeoutNs = shortest('timeout');
	const grantNs = shortest('grant');
	return {
		demands,
		...(timeoutNs === undefined ? {} : { timeoutNs }),
		...(grantNs === undefined ? {} : { grantNs }),
	};
}
