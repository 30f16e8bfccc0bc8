import type { Finding } from '../detect/finding.ts';
import { exactJson } from '../exact-json.ts';
import type { Frame } from '../frame/frame.ts';
import type { JsonArray, JsonNode, JsonObject, JsonString } from '../frame/json.ts';
import type { MaskOp } from '../policy/judgement.ts';
import { type Claim, maskedText, merged, type PartClaim, strongest } from './claim.ts';
import { type Claims, claimsOn, NO_CLAIMS } from './claims.ts';
import type { MaskPath } from './paths.ts';
import type { Place } from './place.ts';
import { isProtected, type Step } from './protected.ts';
import { removalRanges } from './removal.ts';
import type { Splice } from './splice.ts';
import { byteOffsets, encoded, textBetween } from './string-token.ts';

/** One mask reason, ready to be located: by `path`, or by `finding`. */
export interface MaskRequest {
	readonly path?: MaskPath;
	/** A detector type or a glob of them. */
	readonly finding?: string;
	readonly op: MaskOp;
	/** What `replace` puts there. */
	readonly with?: unknown;
	/** It is about a frame that stands in the message, and covers nothing outside of it. */
	readonly within?: Place;
	/** The list item down these steps goes altogether, with what of it no other mask touches. */
	readonly cut?: readonly Step[];
}

/** Where masks change a frame. */
export interface Masked {
	readonly splices: readonly Splice[];
	/** For each mask, whether it covers anything. */
	readonly hits: readonly boolean[];
	/** A secret stands where no mask may reach: the frame cannot be delivered. */
	readonly denied?: { readonly code: 'ERR_MASK_PROTECTED'; readonly pointer: string };
}

/**
 * Locates masks in a frame (contract §1 "Merging masks"): the union of what they cover, with the strongest op.
 *
 * - A path covers what it selects, leaf by leaf; a finding covers its part of a string or key, and the rest of
 *   that token stays byte for byte. A finding in a number covers the number.
 * - Types stay: strings become `[masked:…]`, numbers 0, booleans false; `null` is not masked. `replace` puts
 *   `with` where its JSON type is the same, on whole objects and arrays too, and redacts elsewhere.
 * - `remove` drops the array element or member that the path selects or the finding stands in. `params`,
 *   `result` and `error` themselves stay, emptied.
 * - Masked keys stay unique. Pointers of splices have masked keys in them, never the secret.
 *
 * - `places`: frames that stand in this one; what is protected in them is so here.
 *
 * The spliced frame is one strict JSON text again. Never throws for what a frame contains.
 */
export function maskSplices(
	frame: Frame,
	masks: readonly MaskRequest[],
	findings: readonly Finding[],
	hashKey: Buffer,
	places: readonly Place[] = [],
): Masked {
	return new Masking(frame, masks, findings, hashKey, places).run();
}

/** A member or an item; of a member, `start` is that of its key. */
interface Child {
	readonly step: Step;
	readonly start: number;
	readonly end: number;
	readonly value: JsonNode;
	readonly keyEnd?: number;
}

/** Members that stand beside each other: their masked pointer and, once one is masked, all their keys. */
interface Siblings {
	readonly shown: string;
	readonly all: readonly Child[];
	keys: Set<Step> | undefined;
}

/** A child that goes altogether. */
interface Cut {
	readonly pointer: string;
	readonly what: string;
}

/** A claimed part of a string token, in bytes, and the text that it becomes. */
interface Piece {
	readonly claim: PartClaim;
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

class Masking {
	private readonly frame: Frame;
	private readonly hashKey: Buffer;
	private readonly claims: Claims;
	private readonly places: readonly Place[];
	private readonly splices: Splice[] = [];
	private readonly hits: boolean[];
	private denied: string | undefined;
	/** Keys and indexes down to where the walk is. */
	private readonly steps: Step[] = [];

	constructor(
		frame: Frame,
		masks: readonly MaskRequest[],
		findings: readonly Finding[],
		hashKey: Buffer,
		places: readonly Place[],
	) {
		this.frame = frame;
		this.places = places;
		this.hashKey = hashKey;
		this.hits = masks.map(() => false);
		this.claims = claimsOn(frame.root, masks, findings);
	}

	run(): Masked {
		this.visit(this.frame.root, this.claims, '', []);
		if (this.denied !== undefined) {
			return { splices: [], hits: this.hits, denied: { code: 'ERR_MASK_PROTECTED', pointer: this.denied } };
		}
		return { splices: this.splices.sort((a, b) => a.start - b.start), hits: this.hits };
	}

	/**
	 * @param here what is claimed at `node` and below it
	 * @param shown pointer to `node`, with masked keys
	 * @param whole claims on `node` as a whole, those on what it stands in included
	 */
	private visit(node: JsonNode, here: Claims, shown: string, whole: readonly Claim[]): void {
		if (whole.length + here.parts.length + here.children.size === 0) return;
		if (node.type === 'object' || node.type === 'array') {
			if (!this.replaced(node, here, shown, whole)) this.children(node, here, shown, whole);
		} else this.leaf(node, here, shown, whole);
	}

	private children(node: JsonObject | JsonArray, here: Claims, shown: string, whole: readonly Claim[]): void {
		const children: readonly Child[] =
			node.type === 'array'
				? node.items.map((value, i) => ({ step: i, start: value.start, end: value.end, value }))
				: node.members.map((m) => ({
						step: m.key,
						start: m.keyStart,
						end: m.value.end,
						value: m.value,
						keyEnd: m.keyEnd,
					}));
		const siblings: Siblings = { shown, keys: undefined, all: children };
		const cuts = children.map((child) => {
			const below = here.children.get(`${child.step}`);
			if (below === undefined && whole.length === 0) return undefined;
			this.steps.push(child.step);
			const cut = this.child(child, below ?? NO_CLAIMS, siblings, whole);
			this.steps.pop();
			return cut;
		});
		const going = cuts.filter((cut) => cut !== undefined);
		if (going.length === 0) return;
		const ranges = removalRanges(
			children,
			cuts.map((cut) => cut !== undefined),
		);
		ranges.forEach(({ start, end }, i) => {
			const cut = going[i] as Cut;
			this.put(start, end, '', cut.pointer, cut.what);
		});
	}

	/** Masks inside one member or item; or what is to be cut, if it goes altogether. */
	private child(child: Child, here: Claims, siblings: Siblings, inherited: readonly Claim[]): Cut | undefined {
		const whole = here.whole.length > 0 ? [...inherited, ...here.whole] : inherited;
		const all = [...whole, ...here.parts, ...here.key];
		const remover = all.find((claim) => claim.cuts) ?? all.find((claim) => claim.op === 'remove');
		const before = this.splices.length;
		if (remover?.cuts) {
			this.hit(all);
			// What other masks cover in it is nobody's to read; of the rest, texts of ours may speak.
			const covered = all.length > 1 || here.children.size > 0 || whole.length > 1;
			return { pointer: `${siblings.shown}/${escaped(child.step)}`, what: covered ? 'path' : remover.what };
		}
		const goes = remover !== undefined && this.removable(child.value);
		const shown = `${siblings.shown}/${escaped(this.key(child, here.key, siblings))}`;
		this.visit(child.value, here, shown, whole);
		if (!goes) return undefined;
		// What is inside has hit too, but the bytes go as a whole.
		this.hit(all);
		this.splices.length = before;
		return { pointer: shown, what: remover.what };
	}

	/** A part of the envelope stays, and so does what holds something protected: that is emptied around it. */
	private removable(node: JsonNode): boolean {
		if ([this.steps, ...this.places.map((place) => place.own(this.steps))].some(isPart)) return false;
		return !this.holdsProtected(node);
	}

	private protects(): boolean {
		if (isProtected(this.steps, this.frame.method)) return true;
		return this.places.some((place) => {
			const own = place.own(this.steps);
			return own !== undefined && isProtected(own, place.method);
		});
	}

	private holdsProtected(node: JsonNode): boolean {
		if (this.protects()) return true;
		const children: readonly (readonly [Step, JsonNode])[] =
			node.type === 'object'
				? node.members.map((m) => [m.key, m.value])
				: node.type === 'array'
					? node.items.map((item, i) => [i, item])
					: [];
		return children.some(([step, child]) => {
			this.steps.push(step);
			const held = this.holdsProtected(child);
			this.steps.pop();
			return held;
		});
	}

	/** Puts `with` in place of a whole object or array, where that is the strongest claim and the types agree. */
	private replaced(node: JsonObject | JsonArray, here: Claims, shown: string, claims: readonly Claim[]): boolean {
		if (claims.length === 0) return false;
		const claim = strongest(claims);
		if (claim.op !== 'replace' || typeOf(claim.with) !== node.type || this.holdsProtected(node)) return false;
		this.hit(claims);
		const before = this.splices.length;
		this.children(node, here, shown, claims);
		this.splices.length = before;
		this.put(node.start, node.end, exactJson(claim.with), shown, claim.what);
		return true;
	}

	private leaf(
		node: Exclude<JsonNode, JsonObject | JsonArray>,
		here: Claims,
		shown: string,
		whole: readonly Claim[],
	): void {
		const { parts } = here;
		if (whole.length + parts.length === 0 || (node.type === 'literal' && node.value === null)) return;
		if (this.protects()) {
			this.refuse(parts, shown);
			return;
		}
		const claims = [...whole, ...parts];
		this.hit(claims);
		if (node.type === 'string' && whole.length === 0) {
			this.pieces(node, parts, shown);
			return;
		}
		const claim = strongest(claims);
		// What covers the whole names it: the rest is not what a detector found.
		const what = whole.length > 0 ? 'path' : claim.what;
		this.put(node.start, node.end, this.replacement(node, { ...claim, what }), shown, what);
	}

	/** The JSON text that stands for a whole leaf, of its type. */
	private replacement(node: Exclude<JsonNode, JsonObject | JsonArray>, claim: Claim): string {
		if (node.type === 'string') return JSON.stringify(maskedText(claim, node.value, this.hashKey));
		const type = node.type === 'number' ? 'number' : 'boolean';
		if (claim.op === 'replace' && typeOf(claim.with) === type) return exactJson(claim.with);
		return type === 'number' ? '0' : 'false';
	}

	/** Masks parts of a string, leaving the bytes of the rest of its token. */
	private pieces(node: JsonString, parts: readonly PartClaim[], shown: string): void {
		for (const { claim, start, end, text } of this.cut(node.start, node.end, node.value, parts)) {
			this.put(start, end, encoded(text), shown, claim.what);
		}
	}

	/** Masks parts of a key and gives the key that it becomes, which no sibling has. */
	private key(child: Child, claims: readonly PartClaim[], siblings: Siblings): Step {
		if (claims.length === 0 || child.keyEnd === undefined) return child.step;
		if (this.protects()) {
			this.refuse(claims, siblings.shown);
			return child.step;
		}
		this.hit(claims);
		siblings.keys ??= new Set(siblings.all.map(({ step }) => step));
		const { keys } = siblings;
		const cuts = this.cut(child.start, child.keyEnd, `${child.step}`, claims);
		let suffix = '';
		let key = this.spliced(child.start, child.keyEnd, cuts, suffix);
		for (let n = keys.size; keys.has(key); n += 1) {
			suffix = `#${n}`;
			key = this.spliced(child.start, child.keyEnd, cuts, suffix);
		}
		keys.add(key);
		cuts.forEach(({ claim, start, end, text }, i) => {
			const replacement = encoded(i === cuts.length - 1 ? text + suffix : text);
			this.put(start, end, replacement, `${siblings.shown}/${escaped(key)}`, claim.what);
		});
		return key;
	}

	/** The text of a string token with its cuts replaced, `suffix` after the last of them. */
	private spliced(start: number, end: number, cuts: readonly Piece[], suffix: string): string {
		let text = '';
		let at = start + 1;
		cuts.forEach((cut, i) => {
			text += textBetween(this.frame.bytes, at, cut.start) + cut.text + (i === cuts.length - 1 ? suffix : '');
			at = cut.end;
		});
		return text + textBetween(this.frame.bytes, at, end - 1);
	}

	/** Merged claims on the string token between two quotes, with their bytes and what becomes of them. */
	private cut(start: number, end: number, value: string, claims: readonly PartClaim[]): readonly Piece[] {
		const { bytes } = this.frame;
		const parts = merged(claims);
		const offsets = byteOffsets(
			bytes,
			start,
			end,
			value,
			parts.flatMap((part) => [part.start, part.end]),
		);
		return parts.map((claim, i) => {
			const from = offsets[i * 2] as number;
			const to = offsets[i * 2 + 1] as number;
			return { claim, start: from, end: to, text: maskedText(claim, textBetween(bytes, from, to), this.hashKey) };
		});
	}

	private hit(claims: readonly Claim[]): void {
		for (const { mask } of claims) this.hits[mask] = true;
	}

	private refuse(claims: readonly Claim[], shown: string): void {
		if (claims.some(({ what }) => what.startsWith('secret/'))) this.denied ??= shown;
	}

	private put(start: number, end: number, replacement: string, pointer: string, what: string): void {
		this.splices.push({ start, end, replacement, pointer, what });
	}
}

/** Whether these steps lead to `params`, `result` or `error` themselves. */
function isPart(steps: readonly Step[] | undefined): boolean {
	const [part] = steps ?? [];
	return steps?.length === 1 && (part === 'params' || part === 'result' || part === 'error');
}

function escaped(step: Step): string {
	if (typeof step === 'number') return `${step}`;
	return /[~/]/.test(step) ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step;
}

function typeOf(value: unknown): 'object' | 'array' | 'string' | 'number' | 'boolean' | undefined {
	if (Array.isArray(value)) return 'array';
	if (typeof value === 'bigint') return 'number';
	if (typeof value === 'number') return Number.isFinite(value) ? 'number' : undefined;
	if (value === null || value === undefined) return undefined;
	const type = typeof value;
	return type === 'object' || type === 'string' || type === 'boolean' ? type : undefined;
}
