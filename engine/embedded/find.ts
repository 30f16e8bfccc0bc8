import type { Correlated } from '../correlate.ts';
import type { Frame, Kind, Party } from '../frame/frame.ts';
import { type JsonNode, type JsonObject, member, text } from '../frame/json.ts';
import { policyText } from '../frame/policy-text.ts';
import type { InputFrame } from '../input/build.ts';
import { Place } from '../mask/place.ts';
import type { Step } from '../mask/protected.ts';
import type { AskedRequest, Asker } from '../session/asked.ts';
import { BOUNDS } from '../session/bounds.ts';
import type { SessionState } from '../session/state.ts';
import type { PendingRequest } from '../session/types.ts';
import { refuseAmbiguous, refuseConfusedRequest } from './ambiguous.ts';
import { askerOf, taskIn } from './asker.ts';
import { circumstances, type Embedded, EmbeddedRefused } from './embedded.ts';

/** What servers may ask for within a result (MCP 2026-07-28, `InputRequest`): one of them, where nobody knows which. */
const ASKABLE = ['elicitation/create', 'roots/list', 'sampling/createMessage'] as const;

const NONE: readonly Embedded[] = [];

/**
 * The frames that stand in another one (contract §1, §6), each to be judged as what it is:
 *
 * - `inputRequests` of a result or a task: requests of the server;
 * - `inputResponses` of a request: the client's answers to those. To which, follows from what the session remembers;
 *   where it does not, an answer is judged as one to each of {@link ASKABLE};
 * - the result or error of a task, in what is said of the task: the answer to the request that made it.
 *
 * What is there and has another shape than the protocol's cannot be judged, nor can what a key might be meant to be.
 *
 * @throws {EmbeddedRefused} why the carrier is to be denied
 */
export function embeddedIn(state: SessionState, carrier: Correlated): readonly Embedded[] {
	const { kind, from, frame, method } = carrier;
	if (kind === 'request') return from === 'client' ? new Search(state, carrier).responses() : NONE;
	if (kind === 'notification')
		return method.startsWith('notifications/tasks') ? new Search(state, carrier).notified() : NONE;
	if (kind === 'error') return new Search(state, carrier).error();
	refuseAmbiguous(frame.result, method);
	return new Search(state, carrier).result();
}

class Search {
	readonly #state: SessionState;
	readonly #carrier: Correlated;
	readonly #frame: Frame;
	#found: Embedded[] | undefined;

	constructor(state: SessionState, carrier: Correlated) {
		this.#state = state;
		this.#carrier = carrier;
		this.#frame = carrier.frame;
	}

	responses(): readonly Embedded[] {
		const { params } = this.#frame;
		const answers = objectAt(params, 'inputResponses', 'params');
		if (answers === undefined) return NONE;
		const asker = askerOf(this.#carrier.method, this.#carrier.params);
		for (const { key, keyStart, keyEnd, value } of answers.members) {
			const known = this.#state.asked(asker, key);
			const place = new Place(['params', 'inputResponses', key], ['result'], value, {
				key: { start: keyStart, end: keyEnd },
			});
			for (const method of known === undefined ? ASKABLE : [known.method]) {
				const params = known?.params;
				this.#add(place, 'result', method, {
					result: policyText(this.#frame, value),
					...(params === undefined ? {} : { params }),
				});
			}
		}
		return this.#found ?? NONE;
	}

	result(): readonly Embedded[] {
		const { from, method, params, answers } = this.#carrier;
		const { result } = this.#frame;
		if (result?.type !== 'object') return NONE;
		const requester: Party = from === 'server' ? 'client' : 'server';
		if (method === 'tasks/result') {
			const made = this.#made(requester, taskIn(params));
			this.#answer(['result'], 'result', result, made);
		} else if (method.startsWith('tasks/')) {
			this.#task(result, ['result'], requester);
			const tasks = member(result, 'tasks');
			if (tasks?.type === 'array')
				for (const [i, task] of tasks.items.entries()) this.#task(task, ['result', 'tasks', i], requester);
		} else {
			this.#requests(result, ['result'], () => askerOf(method, params, { said: text(member(result, 'requestState')) }));
			if (answers !== undefined && text(member(result, 'resultType')) === 'task')
				this.#outcome(result, ['result'], () => answers);
		}
		return this.#found ?? NONE;
	}

	notified(): readonly Embedded[] {
		const { from } = this.#carrier;
		const { params } = this.#frame;
		if (params !== undefined) this.#task(params, ['params'], from === 'server' ? 'client' : 'server');
		return this.#found ?? NONE;
	}

	error(): readonly Embedded[] {
		const { from, method, params } = this.#carrier;
		const { error } = this.#frame;
		if (error === undefined) return NONE;
		if (method === 'tasks/result') {
			const id = taskIn(params);
			const made = id === undefined ? undefined : this.#state.taskRequest(from === 'server' ? 'client' : 'server', id);
			// That there is no such task is an error too, and nobody's answer.
			if (made !== undefined) this.#answer(['error'], 'error', error, made);
		}
		return this.#found ?? NONE;
	}

	/** What is said of a task: what it asks for, and what came of it. */
	#task(task: JsonNode, at: readonly Step[], requester: Party): void {
		if (task.type !== 'object') return;
		if (at.length > 1) refuseAmbiguous(task, 'tasks/list');
		const id = text(member(task, 'taskId'))?.toWellFormed() ?? taskIn(this.#carrier.params);
		this.#requests(task, at, () => (id === undefined ? undefined : { task: id }));
		this.#outcome(task, at, () => this.#made(requester, id));
	}

	#outcome(task: JsonObject, at: readonly Step[], made: () => PendingRequest): void {
		for (const part of ['result', 'error'] as const) {
			const node = member(task, part);
			if (node === undefined || isNull(node)) continue;
			if (node.type !== 'object') throw misshapen(`the ${part} of a task`);
			this.#answer([...at, part], part, node, made());
		}
	}

	/** `node` is the answer to `request`, wherever it stands. */
	#answer(at: readonly Step[], part: 'result' | 'error', node: JsonNode, request: PendingRequest): void {
		const { params, tool } = request;
		if (part === 'result') {
			refuseAmbiguous(node, request.method);
			this.#requests(node, at, () => undefined);
		}
		this.#add(new Place(at, [part], node), part, request.method, {
			[part]: policyText(this.#frame, node),
			...(params === undefined ? {} : { params }),
			...(tool === undefined ? {} : { tool }),
		});
	}

	/** `inputRequests` of `node`. */
	#requests(node: JsonNode, at: readonly Step[], asker: () => Asker | undefined): void {
		if (this.#carrier.from !== 'server') return;
		const asked = objectAt(node, 'inputRequests', at[0] as string);
		if (asked === undefined) return;
		const by = asker();
		for (const { key, keyStart, keyEnd, value } of asked.members) {
			const method = text(member(value, 'method'));
			const params = member(value, 'params');
			if (value.type !== 'object' || method === undefined) throw misshapen('inputRequests');
			if (params !== undefined && params.type !== 'object' && params.type !== 'array') throw misshapen('inputRequests');
			refuseConfusedRequest(value);
			const place = new Place([...at, 'inputRequests', key], [], value, {
				method,
				key: { start: keyStart, end: keyEnd },
			});
			const parts = params === undefined ? {} : { params: policyText(this.#frame, params) };
			this.#add(place, 'request', method, parts, by && { asker: by, key, method, ...parts });
		}
	}

	#add(
		place: Place,
		kind: Kind,
		method: string,
		parts: Pick<InputFrame, 'params' | 'result' | 'error' | 'tool'>,
		asked?: AskedRequest,
	): void {
		this.#found ??= [];
		if (this.#found.length >= BOUNDS.embedded) {
			const message = `more than ${BOUNDS.embedded} frames stand in this one`;
			throw new EmbeddedRefused('ERR_LIMIT_EMBEDDED', message);
		}
		const frame: InputFrame = { from: this.#carrier.from, kind, method, ...circumstances(this.#carrier), ...parts };
		this.#found.push({ frame, place, ...(asked && { asked }) });
	}

	#made(requester: Party, id: string | undefined): PendingRequest {
		const made = id === undefined ? undefined : this.#state.taskRequest(requester, id);
		if (made !== undefined) return made;
		const message = 'it has the result of a task, and this session does not know which request made that';
		throw new EmbeddedRefused('ERR_EMBEDDED_TASK', message);
	}
}

/** The object under `key`; `null` is as good as nothing. */
function objectAt(node: JsonNode | undefined, key: string, within: string): JsonObject | undefined {
	const found = member(node, key);
	if (found === undefined || isNull(found)) return undefined;
	if (found.type !== 'object') throw misshapen(`${within}.${key}`);
	return found;
}

function isNull(node: JsonNode): boolean {
	return node.type === 'literal' && node.value === null;
}

function misshapen(what: string): EmbeddedRefused {
	return new EmbeddedRefused('ERR_EMBEDDED_SHAPE', `\`${what}\` has another shape than the protocol's`);
}
