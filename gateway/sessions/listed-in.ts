import { member } from '../../engine/frame/json.ts';
import { definitionsOf, type ListedDefinition } from '../../engine/session/tools.ts';
import type { Message } from '../../engine/step.ts';

/**
 * The tools that a server's message lists, as received; undefined: it is no result of `tools/list`. `whole`: the list
 * was neither asked for from a cursor on nor is there more of it.
 */
export function listedIn(
	message: Message,
): { readonly tools: readonly ListedDefinition[]; readonly whole: boolean } | undefined {
	const lists = message.members.filter(({ method, kind }) => method === 'tools/list' && kind === 'result');
	if (lists.length === 0) return undefined;
	return {
		tools: lists.flatMap(({ frame }) => definitionsOf(frame)),
		whole: lists.length === 1 && lists.every(({ frame, params }) => !paged(params) && !more(frame)),
	};
}

function paged(params: Buffer | undefined): boolean {
	return params !== undefined && 'cursor' in (JSON.parse(params.toString('utf8')) as object);
}

function more({ result }: { result?: Parameters<typeof member>[0] }): boolean {
	return member(result, 'nextCursor') !== undefined;
}
