import { methodInfo } from '../frame/methods.ts';
import type { Asker } from '../session/asked.ts';

/**
 * What a request with `inputResponses` answers, or what a result with `inputRequests` asks: a task, or the request of
 * that method for that tool, prompt or resource, in that `requestState`.
 *
 * @param params of the request, as policy saw them
 * @param state of the result; default: of the request
 */
export function askerOf(
	method: string,
	params: Buffer | undefined,
	state?: { readonly said: string | undefined },
): Asker {
	const { taskId, requestState, ...rest } = membersOf(params);
	if (method === 'tasks/update' && typeof taskId === 'string') return { task: taskId };
	const at = methodInfo(method)?.names?.at;
	const name = at === undefined ? undefined : rest[at];
	const said = state === undefined ? requestState : state.said?.toWellFormed();
	return {
		method,
		...(typeof name === 'string' ? { name } : {}),
		...(typeof said === 'string' ? { state: said } : {}),
	};
}

/** `taskId` of the params of a request, as policy saw them. */
export function taskIn(params: Buffer | undefined): string | undefined {
	const { taskId } = membersOf(params);
	return typeof taskId === 'string' ? taskId : undefined;
}

function membersOf(params: Buffer | undefined): Record<string, unknown> {
	const value: unknown = params === undefined ? undefined : JSON.parse(params.toString('utf8'));
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
