import { type JsonNode, type JsonObject, member } from '../frame/json.ts';
import {
	confusedWith,
	ENVELOPE_MEMBERS,
	LIST_MEMBERS,
	META_MEMBERS,
	PARAMS_MEMBERS,
	RESULT_MEMBERS,
	TASK_MEMBERS,
} from '../frame/members.ts';
import { EmbeddedRefused } from './embedded.ts';

/**
 * Refuses a result with a key that a lenient reader would take for a member in which frames stand, or that says whether
 * some do: `InputRequests`.
 */
export function refuseAmbiguous(result: JsonNode | undefined, method: string): void {
	const known = method.startsWith('tasks/') ? TASK_MEMBERS : method.endsWith('/list') ? LIST_MEMBERS : RESULT_MEMBERS;
	refuseIn(result, known);
}

/** The same of a request that stands in a result, down to its `_meta`. */
export function refuseConfusedRequest(request: JsonObject): void {
	refuseIn(request, ENVELOPE_MEMBERS);
	const params = member(request, 'params');
	refuseIn(params, PARAMS_MEMBERS);
	refuseIn(member(params, '_meta'), META_MEMBERS);
}

function refuseIn(node: JsonNode | undefined, known: ReadonlySet<string>): void {
	if (node?.type !== 'object') return;
	for (const { key } of node.members) {
		// Printable ASCII has one folding only: most keys are neither known nor near.
		if (PRINTABLE.test(key) && !lowered(known).has(key.toLowerCase())) continue;
		const name = confusedWith(key, known);
		if (name === undefined) continue;
		throw new EmbeddedRefused('ERR_EMBEDDED_SHAPE', `a key could be taken for \`${name}\` but is spelled otherwise`);
	}
}

const PRINTABLE = /^[!-~]*$/;
const lower = new Map<ReadonlySet<string>, ReadonlySet<string>>();

function lowered(known: ReadonlySet<string>): ReadonlySet<string> {
	let names = lower.get(known);
	if (names === undefined) {
		names = new Set([...known].map((name) => name.toLowerCase()));
		lower.set(known, names);
	}
	return names;
}
