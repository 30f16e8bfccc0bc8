import { createHash } from 'node:crypto';
import type { Frame } from '../frame/frame.ts';
import { type JsonNode, member, text } from '../frame/json.ts';
import { policyText } from '../frame/policy-text.ts';
import { BOUNDS } from './bounds.ts';

/** `tool.definition` of the input. */
export interface ToolDefinition {
	readonly hash?: string;
	readonly status: 'new' | 'same' | 'changed' | 'unlisted';
}

/** A tool as this session's `tools/list` showed it. */
interface ListedTool {
	readonly hash: string;
	/** As this session listed it first: without an older pin, a later change is one against this. */
	readonly first: string;
	/** JSON text of `annotations`. */
	readonly annotations?: string;
	/** JSON text of `outputSchema`, as the server wrote it. */
	readonly output?: string;
}

/** As it stands in a snapshot: name, hash, first hash, annotations, output schema. */
export type ToolsSnapshot = readonly (readonly [string, string, string, (string | null)?, string?])[];
/** A tool as one list shows it. */
export interface ListedDefinition {
	readonly name: string;
	readonly hash: string;
	/** What `hash` is of: JSON in its canonical order, numbers as written. */
	readonly text: string;
}

/** The tools that the lists of one session showed, and how they compare with what is pinned. */
export class ListedTools {
	readonly #pins: Readonly<Record<string, string>>;
	/** Pins that came into force since the session began. */
	readonly #later = new Map<string, string>();
	#tools = new Map<string, ListedTool>();
	/** Length of all names and annotations. */
	#text = 0;
	/** Length of all output schemas. */
	#schemas = 0;

	/** `pins`: tool name → hash of its definition that was pinned when the session began. */
	constructor(pins: Readonly<Record<string, string>> | undefined) {
		this.#pins = pins ?? {};
	}

	/** `tool.definition` and annotations for a call of `name`. */
	definition(name: string): { readonly definition: ToolDefinition; readonly annotations?: string } {
		const listed = this.#tools.get(name);
		if (listed === undefined) return { definition: { status: 'unlisted' } };
		const pin = this.pin(name);
		const status = (pin ?? listed.first) !== listed.hash ? 'changed' : pin === undefined ? 'new' : 'same';
		return {
			definition: { hash: listed.hash, status },
			...(listed.annotations === undefined ? {} : { annotations: listed.annotations }),
		};
	}

	/** The same of a tool as `frame` lists it, which is not remembered yet. */
	shown(frame: Frame, node: JsonNode): { readonly definition: ToolDefinition; readonly annotations?: string } {
		const name = text(member(node, 'name'));
		const annotations = annotationsOf(node);
		const hash = definitionHash(frame.bytes, node);
		const pin = name === undefined ? undefined : this.pin(name);
		const first = name === undefined ? undefined : this.#tools.get(name)?.first;
		const status = (pin ?? first ?? hash) !== hash ? 'changed' : pin === undefined ? 'new' : 'same';
		return {
			definition: { hash, status },
			...(annotations === undefined ? {} : { annotations: policyText(frame, annotations).toString('utf8') }),
		};
	}

	/** JSON text of the `outputSchema` of `name`, if it has one for which there was room. */
	outputSchema(name: string): string | undefined {
		return this.#tools.get(name)?.output;
	}

	/** Hash of the definition of `name` that is pinned for this session now. */
	pin(name: string): string | undefined {
		return this.#later.get(name) ?? (Object.hasOwn(this.#pins, name) ? this.#pins[name] : undefined);
	}

	/** From here on `hash` is the pin of `name`. With `BOUNDS.listedTools` of them, others are as they were. */
	repin(name: string, hash: string): void {
		if (name.length > BOUNDS.toolName) return;
		if (this.#later.has(name) || this.#later.size < BOUNDS.listedTools) this.#later.set(name, hash);
	}

	/** The pins that {@link repin} gave: name, hash. */
	pinsSnapshot(): readonly (readonly [string, string])[] {
		return [...this.#later];
	}

	/** Tool name → definition hash. */
	hashes(): ReadonlyMap<string, string> {
		return new Map([...this.#tools].map(([name, tool]) => [name, tool.hash]));
	}

	/** Whether what `frame` lists, a result of `tools/list`, can all be remembered. */
	fits(frame: Frame): boolean {
		const seen = new Set<string>();
		let more = 0;
		let length = this.#text;
		for (const { name, node } of toolsIn(frame)) {
			if (name.length > BOUNDS.toolName) return false;
			const annotations = annotationsOf(node);
			// Never fewer bytes than code units; of a tool that is listed twice both count, which errs on the safe side.
			if (annotations !== undefined) length += annotations.end - annotations.start;
			if (seen.has(name)) continue;
			seen.add(name);
			const known = this.#tools.get(name);
			if (known === undefined) {
				more++;
				length += name.length;
			} else length -= known.annotations?.length ?? 0;
		}
		return this.#tools.size + more <= BOUNDS.listedTools && length <= BOUNDS.listedText;
	}

	/** Remembers what `frame` lists. */
	list(frame: Frame): void {
		for (const { name, node } of toolsIn(frame)) {
			const known = this.#tools.get(name);
			if (known === undefined && this.#tools.size >= BOUNDS.listedTools) continue;
			const shown = annotationsOf(node);
			const annotations = shown === undefined ? undefined : policyText(frame, shown).toString('utf8');
			const hash = definitionHash(frame.bytes, node);
			const schema = member(node, 'outputSchema');
			const output = schema?.type === 'object' ? frame.bytes.toString('utf8', schema.start, schema.end) : undefined;
			this.#put(name, {
				hash,
				first: known?.first ?? hash,
				...(annotations === undefined ? {} : { annotations }),
				...(output === undefined ? {} : { output }),
			});
		}
	}

	snapshot(): ToolsSnapshot {
		return [...this.#tools].map(([name, { hash, first, annotations, output }]) => {
			if (output !== undefined) return [name, hash, first, annotations ?? null, output];
			return annotations === undefined ? [name, hash, first] : [name, hash, first, annotations];
		});
	}

	static from(snapshot: ToolsSnapshot, pins: Readonly<Record<string, string>> | undefined): ListedTools {
		const tools = new ListedTools(pins);
		for (const [name, hash, first, annotations, output] of snapshot) {
			tools.#put(name, {
				hash,
				first,
				...(annotations == null ? {} : { annotations }),
				...(output === undefined ? {} : { output }),
			});
		}
		return tools;
	}

	#put(name: string, shown: ListedTool): void {
		const known = this.#tools.get(name);
		this.#schemas -= known?.output?.length ?? 0;
		const { output, ...rest } = shown;
		const fits = output !== undefined && this.#schemas + output.length <= BOUNDS.outputSchemas;
		const tool = fits ? shown : rest;
		if (fits) this.#schemas += output.length;
		this.#text += (tool.annotations?.length ?? 0) - (known?.annotations?.length ?? 0);
		if (known === undefined) this.#text += name.length;
		this.#tools.set(name, tool);
	}
}

function* toolsIn(frame: Frame): Generator<{ readonly name: string; readonly node: JsonNode }> {
	const tools = member(frame.result, 'tools');
	if (tools?.type !== 'array') return;
	for (const node of tools.items) {
		const name = text(member(node, 'name'));
		if (name !== undefined) yield { name, node };
	}
}

/** The tools that `frame`, a result of `tools/list`, shows; of one that it shows twice, the last. */
export function definitionsOf(frame: Frame): ListedDefinition[] {
	const definitions = new Map<string, ListedDefinition>();
	for (const { name, node } of toolsIn(frame)) {
		definitions.set(name, { name, hash: definitionHash(frame.bytes, node), text: canonical(frame.bytes, node) });
	}
	return [...definitions.values()];
}

function annotationsOf(tool: JsonNode): JsonNode | undefined {
	const annotations = member(tool, 'annotations');
	return annotations?.type === 'object' ? annotations : undefined;
}

/**
 * sha256 (hex) of a tool's definition: its members in a canonical order (keys sorted by code unit at every depth,
 * no white space, numbers as written), so that a server that only reorders members has not changed its tool.
 */
export function definitionHash(bytes: Buffer, tool: JsonNode): string {
	let hash = hashes.get(tool);
	if (hash === undefined) {
		hash = createHash('sha256').update(canonical(bytes, tool)).digest('hex');
		hashes.set(tool, hash);
	}
	return hash;
}

/** Of definitions that were read already: two policies that judge one frame see the same nodes. */
const hashes = new WeakMap<JsonNode, string>();

function canonical(bytes: Buffer, node: JsonNode): string {
	switch (node.type) {
		case 'object': {
			const members = [...node.members].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
			return `{${members.map((m) => `${JSON.stringify(m.key)}:${canonical(bytes, m.value)}`).join(',')}}`;
		}
		case 'array':
			return `[${node.items.map((item) => canonical(bytes, item)).join(',')}]`;
		case 'string':
			return JSON.stringify(node.value);
		case 'number':
			return node.raw;
		case 'literal':
			return String(node.value);
	}
}
