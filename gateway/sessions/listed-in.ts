import { member } from '../../engine/frame/json.ts';
import { definitionsOf, type ListedDefinition } from '../../engine/session/tools.ts';
import type { Message } from '../../engine/step.ts';

/** A list of tools, or a page of one. */
export interface Listed {
	readonly tools: readonly ListedDefinition[];
	/** It begins the list: it was not asked for from a cursor on. */
	readonly first: boolean;
	/** There are no others. */
	readonly whole: boolean;
}

/**
 * The tools that a server's message lists, as received; undefined: it is no result of `tools/list`.
 */
export function listedIn(message: Message): Listed | undefined {
	const lists = message.members.filter(({ method, kind }) => method === 'tools/list' && kind === 'result');
	if (lists.length === 0) return undefined;
	const first = lists.every(({ params }) => !paged(params));
	return {
		first,
		tools: lists.flatMap(({ frame }) => definitionsOf(frame)),
		whole: lists.length === 1 && first && lists.every(({ frame }) => !more(frame)),
	};
}

function paged(params: Buffer | undefined): boolean {
	return params !== undefined && 'cursor' in (JSON.parse(params.toString('utf8')) as object);
}

function more({ result }: { result?: Parameters<typeof member>[0] }): boolean {
	return member(result, 'nextCursor') !== undefined;
}
