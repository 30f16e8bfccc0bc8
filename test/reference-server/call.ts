import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';

/** A JSON object of the wire, as it came. */
export type Params = Readonly<Record<string, unknown>>;

/** What a tool may do while it runs and what its request said beside the arguments, whatever carries it. */
export interface Call {
	/** The request's `progressToken`. */
	readonly progressToken: string | number | undefined;
	/** 2026-07-28: the level from which the client wants logs of this request; absent: none. */
	readonly logLevel: string | undefined;
	/** 2026-07-28: what the client said in this request it can do. */
	readonly capabilities: Params;
	/** 2026-07-28: `inputResponses` of a repeated request. */
	readonly answers: Params | undefined;
	/** 2026-07-28: `requestState` of a repeated request, as it came. */
	readonly state: string | undefined;
	/** Tells the client something that belongs to this request. */
	notify(method: string, params: Params): Promise<void>;
	/** Asks the client; only until 2025-11-25. */
	ask(method: string, params: Params): Promise<Params>;
	/** Closes the event stream on which the answer would come, where there is one. */
	closeStream(): void;
	/** The list is another one now: everybody who listens hears of it. */
	changed(list: 'tools' | 'prompts'): void;
}

/** What a tool answers: a result, or 2026-07-28's demand for more. */
export type Answer = CallToolResult | InputRequired;

/** 2026-07-28, "Multi Round-Trip Requests": the client answers and repeats its request. */
export interface InputRequired {
	readonly resultType: 'input_required';
	readonly inputRequests: Readonly<Record<string, { readonly method: string; readonly params?: Params }>>;
	readonly requestState?: string;
}

/** A tool with what it does. */
export interface Fixture {
	readonly tool: Tool;
	run(args: Params, call: Call): Promise<Answer> | Answer;
}

/** A JSON-RPC error that a fixture answers on purpose. */
export class Refusal extends Error {
	readonly code: number;
	readonly data: unknown;

	constructor(code: number, message: string, data?: unknown) {
		super(message);
		this.code = code;
		this.data = data;
	}
}

/** A fixture whose tool takes `inputSchema`, or no arguments. */
export function fixture(
	name: string,
	description: string,
	run: Fixture['run'],
	inputSchema: Tool['inputSchema'] = { type: 'object', properties: {} },
): Fixture {
	return { tool: { name, description, inputSchema }, run };
}

/** A schema of one text that must be there. */
export function needs(argument: string): Tool['inputSchema'] {
	return { type: 'object', properties: { [argument]: { type: 'string' } }, required: [argument] };
}

/** A result of one text. */
export function text(value: string): CallToolResult {
	return { content: [{ type: 'text', text: value }] };
}
