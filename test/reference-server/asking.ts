import type { InputRequired, Params } from './call.ts';

/** A request to fill in a form of one field. */
export function form(message: string, field: string, type = 'string') {
	const requestedSchema = { type: 'object', properties: { [field]: { type } }, required: [field] };
	return { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } };
}

/** A request to a model. */
export function sampling(question: string, maxTokens: number) {
	const messages = [{ role: 'user', content: { type: 'text', text: question } }];
	return { method: 'sampling/createMessage', params: { messages, maxTokens } };
}

/** A request for the client's roots. */
export const roots = { method: 'roots/list', params: {} };

/** Asks for `inputRequests`. */
export function asks(inputRequests: InputRequired['inputRequests'], requestState?: string): InputRequired {
	return { resultType: 'input_required', inputRequests, ...(requestState === undefined ? {} : { requestState }) };
}

/** What a person filled in under `field`; undefined when there is no such answer or it was not accepted. */
export function filled(answers: Params | undefined, key: string, field: string): unknown {
	const answer = answerTo(answers, key);
	if (answer?.['action'] !== 'accept') return undefined;
	return (answer['content'] as Params | undefined)?.[field];
}

/** The answer under `key`, if it is an object. */
export function answerTo(answers: Params | undefined, key: string): Params | undefined {
	const answer = answers?.[key];
	return typeof answer === 'object' && answer !== null ? (answer as Params) : undefined;
}
