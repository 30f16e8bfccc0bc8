import { createHash } from 'node:crypto';
import { SluiceError } from '../error.ts';
import type { Frame } from '../frame/frame.ts';
import type { JsonNode } from '../frame/json.ts';
import type { MaskingConfig } from '../policy/types.ts';
import { type CustomRule, readCustomRules } from './custom.ts';
import type { Finding } from './finding.ts';
import { CARD, CARD_HINT, findCards, PII } from './pii.ts';
import type { Rule, Span } from './rule.ts';
import { SECRETS } from './secrets.ts';

/** Raised whenever a built-in rule finds something else than before: it is part of a policy's revision. */
export const DETECTOR_VERSION = '1';

/** No built-in rule finds anything in fewer characters: `a@b.co`, `://:p@h`. */
const SHORTEST = 6;

const SETS: readonly string[] = ['secrets', 'pii'];

/** A finding in a text that is no frame; offsets in Unicode code points, `end` exclusive. */
export interface TextFinding {
	readonly type: string;
	readonly start: number;
	readonly end: number;
}

/** Finds secrets and personal data. Pure: the same frame gives the same findings. */
export interface Detector {
	/** Names the rules this detector has; part of a policy's revision. */
	readonly version: string;
	/** Every type it can report, sorted. */
	readonly types: readonly string[];
	/** Every type there is, those of sets that are switched off included: a rule may name any of them. Sorted. */
	readonly known: readonly string[];
	/**
	 * The findings of a whole message, keys included, in the order of the bytes. Of one type, overlapping
	 * findings are one, their union. Different types are all reported even where they overlap (a JWT in a
	 * bearer header is both): a mask that names one type must not miss because another rule saw more.
	 */
	detect(frame: Frame): readonly Finding[];
	/** The same for a text of the gateway's own, such as a denial. */
	detectText(text: string): readonly TextFinding[];
}

interface Hit extends Span {
	readonly type: string;
}

/**
 * A detector with the built-in sets that `config` names and its custom rules.
 *
 * @throws {SluiceError} `ERR_DETECTORS_SET` for an unknown set; `ERR_DETECTORS_TOML` and `ERR_DETECTORS_RULE`
 * for custom rules that cannot be read.
 */
export function createDetector(config: MaskingConfig): Detector {
	for (const set of config.detectors) {
		if (SETS.includes(set)) continue;
		throw new SluiceError('ERR_DETECTORS_SET', `there is no detector set \`${set}\``, {
			help: `use ${SETS.map((name) => `\`${name}\``).join(' or ')}`,
		});
	}
	const rules = [...SECRETS, ...PII].filter((rule) => config.detectors.includes(rule.set));
	const cards = config.detectors.includes(CARD.set);
	const custom = config.custom === undefined ? [] : readCustomRules(config.custom);
	const types = [...rules, ...(cards ? [CARD] : []), ...custom].map((rule) => rule.type);
	const known = [...SECRETS, ...PII, CARD, ...custom].map((rule) => rule.type);
	const matcher = new Matcher(rules, cards, custom);
	return {
		version: versionOf(config),
		types: [...new Set(types)].sort(),
		known: [...new Set(known)].sort(),
		detect: (frame) => new Walk(matcher, frame).findings,
		detectText: (text) => inCodePoints(text, matcher.hits(text)),
	};
}

function versionOf({ detectors, custom }: MaskingConfig): string {
	const sets = [...new Set(detectors)].sort().join('+') || 'none';
	const own = custom === undefined ? '' : `/${createHash('sha256').update(custom).digest('hex').slice(0, 16)}`;
	return `${DETECTOR_VERSION}/${sets}${own}`;
}

/** All rules over one text. */
class Matcher {
	private readonly rules: readonly Rule[];
	private readonly cards: boolean;
	private readonly custom: readonly CustomRule[];
	/** Where each type stands among the rules. */
	private readonly order: ReadonlyMap<string, number>;
	private readonly byLiteral = new Map<string, number[]>();
	private readonly byMember: readonly Rule[];
	/** Finds any literal; nothing else is in it, so it is linear. */
	private readonly literals: RegExp | undefined;

	constructor(rules: readonly Rule[], cards: boolean, custom: readonly CustomRule[]) {
		this.rules = rules;
		this.cards = cards;
		this.custom = custom;
		this.order = new Map(rules.map((rule, i) => [rule.type, i]));
		this.byMember = rules.filter((rule) => rule.matchMember);
		rules.forEach((rule, i) => {
			for (const literal of rule.literals) this.byLiteral.set(literal, [...(this.byLiteral.get(literal) ?? []), i]);
		});
		const words = [...this.byLiteral.keys()].map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
		this.literals = words.length > 0 ? new RegExp(words.join('|'), 'g') : undefined;
	}

	/**
	 * Whether the whole JSON text of a message can have a finding at all. Escapes can hide a literal only as
	 * `\uXXXX` or `\/`; everything a literal is made of otherwise stands in the text as it is.
	 */
	possible(json: string): boolean {
		if (this.custom.length > 0 || json.includes('\\u') || json.includes('\\/')) return true;
		if (this.cards && CARD_HINT.test(json)) return true;
		if (this.literals === undefined) return false;
		this.literals.lastIndex = 0;
		return this.literals.test(json);
	}

	/** Findings in `text`, which is the value of a member with the key `key` if there is one. Sorted, no overlap in a type. */
	hits(text: string, key?: string): readonly Hit[] {
		if (text.length < SHORTEST && this.custom.length === 0) return [];
		const hits: Hit[] = [];
		this.byLiterals(text, hits);
		if (this.cards && CARD_HINT.test(text)) {
			for (const span of findCards(text)) hits.push({ ...span, type: CARD.type });
		}
		if (key !== undefined) {
			for (const rule of this.byMember) {
				const span = rule.matchMember?.(key, text);
				if (span) hits.push({ ...span, type: rule.type });
			}
		}
		if (this.custom.length > 0) {
			const lower = text.toLowerCase();
			for (const { type, keywords, find } of this.custom) {
				if (keywords.length > 0 && !keywords.some((word) => lower.includes(word))) continue;
				for (const span of find(text)) hits.push({ ...span, type });
			}
		}
		return hits.length > 1 ? settled(hits, this.order) : hits;
	}

	private byLiterals(text: string, hits: Hit[]): void {
		const { literals } = this;
		if (literals === undefined) return;
		// A rule is not asked again inside what it has found: a run of literals would make that quadratic.
		let until: number[] | undefined;
		literals.lastIndex = 0;
		for (let match = literals.exec(text); match !== null; match = literals.exec(text)) {
			for (const i of this.byLiteral.get(match[0]) as number[]) {
				if ((until?.[i] ?? 0) > match.index) continue;
				const rule = this.rules[i] as Rule;
				const span = rule.match(text, match.index);
				if (span === undefined) continue;
				hits.push({ ...span, type: rule.type });
				until ??= [];
				until[i] = span.end;
			}
		}
	}
}

/**
 * In the order of the text, the longer first, of equal spans the more specific type (they stand first among the
 * rules); what overlaps within one type becomes one hit.
 */
function settled(hits: readonly Hit[], order: ReadonlyMap<string, number>): readonly Hit[] {
	const rank = ({ type }: Hit): number => order.get(type) ?? order.size;
	const kept: Hit[] = [];
	const last = new Map<string, number>();
	for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b))) {
		const at = last.get(hit.type);
		const before = at === undefined ? undefined : kept[at];
		if (at !== undefined && before && hit.start < before.end) {
			kept[at] = { ...before, end: Math.max(before.end, hit.end) };
		} else {
			last.set(hit.type, kept.length);
			kept.push(hit);
		}
	}
	return kept;
}

/** One message, leaf by leaf. */
class Walk {
	readonly findings: Finding[] = [];
	private readonly matcher: Matcher;
	private readonly path: (string | number)[] = [];

	constructor(matcher: Matcher, frame: Frame) {
		this.matcher = matcher;
		const { bytes, root } = frame;
		if (matcher.possible(bytes.toString('latin1', root.start, root.end))) this.visit(root, undefined);
	}

	private visit(node: JsonNode, key: string | undefined): void {
		if (node.type === 'object') {
			for (const m of node.members) {
				this.path.push(m.key);
				this.report(m.key, undefined, true);
				this.visit(m.value, m.key);
				this.path.pop();
			}
		} else if (node.type === 'array') {
			node.items.forEach((item, i) => {
				this.path.push(i);
				this.visit(item, undefined);
				this.path.pop();
			});
		} else if (node.type === 'string') this.report(node.value, key, false);
		else if (node.type === 'number' && node.end - node.start >= 12) this.report(node.raw, key, false);
	}

	private report(text: string, key: string | undefined, inKey: boolean): void {
		const hits = this.matcher.hits(text, key);
		if (hits.length === 0) return;
		const pointer = this.path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
		for (const { type, start, end } of inCodePoints(text, hits)) {
			this.findings.push({ type, pointer, start, end, ...(inKey && { key: true as const }) });
		}
	}
}

/**
 * Hits with their UTF-16 offsets as code points. Half a surrogate pair counts as one, like the U+FFFD that policy
 * sees. One pass, since hits come in order.
 */
function inCodePoints(text: string, hits: readonly Hit[]): TextFinding[] {
	let at = 0;
	let pairs = 0;
	return hits.map(({ type, start, end }) => {
		pairs += pairsIn(text, at, start);
		at = start;
		return { type, start: start - pairs, end: end - pairs - pairsIn(text, start, end) };
	});
}

function pairsIn(text: string, from: number, to: number): number {
	let pairs = 0;
	for (let i = from; i + 1 < to; i += 1) {
		if ((text.charCodeAt(i) & 0xfc00) !== 0xd800 || (text.charCodeAt(i + 1) & 0xfc00) !== 0xdc00) continue;
		pairs += 1;
		i += 1;
	}
	return pairs;
}
