import type { Correlated } from '../correlate.ts';
import { type Decided, decideFrame, groupsOf, type JudgeOptions } from '../decide.ts';
import { type JsonNode, member, text } from '../frame/json.ts';
import { policyText } from '../frame/policy-text.ts';
import { type InputFrame, type ListedCall, recentFor } from '../input/build.ts';
import { pointerOf } from '../mask/place.ts';
import type { Step } from '../mask/protected.ts';
import type { Reason } from '../policy/judgement.ts';
import type { Policy } from '../policy/load.ts';
import { BOUNDS } from '../session/bounds.ts';
import type { SessionState } from '../session/state.ts';
import type { CalledTool, FrameFacts } from '../session/types.ts';
import { circumstances, EmbeddedRefused } from './embedded.ts';
import { listingRules } from './listing-rules.ts';

/** A tool in a list that a rule denies to this principal. */
export interface Unlisted {
	/** Keys and indexes down to it. */
	readonly at: readonly Step[];
	/** `mask`: it is taken out; `warn`: it would be, but for a level or an exception. */
	readonly reason: Reason;
}

export interface Listing {
	readonly unlisted: readonly Unlisted[];
	/** A tool could not be judged. */
	readonly failure?: Decided & { readonly ok: false };
}

const NOTHING: Listing = { unlisted: [] };
const NO_ARGUMENTS = Buffer.from('{}');

/**
 * Judges each tool of a `tools/list` result as a call of it with empty arguments and zero counts (contract §6). Of what
 * the rules say, only a deny by one of {@link listingRules} counts. Tools that no such rule can touch cost nothing.
 *
 * @throws {EmbeddedRefused} when `tools` is no list, or too long to be remembered
 */
export function unlistedIn(
	policy: Policy,
	state: SessionState,
	list: Correlated,
	seq: number,
	facts: FrameFacts,
	options: JudgeOptions,
): Listing {
	if (list.method !== 'tools/list' || list.kind !== 'result' || list.from !== 'server') return NOTHING;
	const tools = member(list.frame.result, 'tools');
	if (tools === undefined) return NOTHING;
	if (tools.type !== 'array') throw new EmbeddedRefused('ERR_EMBEDDED_SHAPE', '`result.tools` is no list');
	const rules = listingRules(policy);
	if (rules.size === 0) return NOTHING;
	if (tools.items.length > BOUNDS.listedTools) {
		const message = `the server lists more than ${BOUNDS.listedTools} tools`;
		throw new EmbeddedRefused('ERR_LIMIT_LISTED_TOOLS', message);
	}
	const asked = new Set(
		policy.index.groups.filter((group) => group.rules.some((id) => rules.has(id))).map(({ name }) => name),
	);
	const recent = { ...recentFor(state, facts), calls: { total: 0, last_minute: 0, by_server: {} } };
	const unlisted: Unlisted[] = [];
	for (const [i, node] of tools.items.entries()) {
		const call = callOf(state, list, node, recent);
		if (!groupsOf(policy, call).some((group) => asked.has(group))) continue;
		const decided = decideFrame(policy, state, call, seq, facts, options, () => []);
		if (!decided.ok) return { unlisted, failure: decided };
		const at: readonly Step[] = ['result', 'tools', i];
		for (const reason of decided.decision.reasons) {
			if (!rules.has(reason.rule) || (reason.was ?? reason.set) !== 'deny') continue;
			unlisted.push({ at, reason: told(reason, call.tool, at) });
		}
	}
	return { unlisted };
}

/** The call that nobody makes. A tool without a name that can be called is judged without a name. */
function callOf(state: SessionState, list: Correlated, node: JsonNode, recent: ListedCall['recent']): InputFrame {
	const { frame } = list;
	const named = member(node, 'name');
	const name = text(named);
	const params = named === undefined ? '' : `"name":${policyText(frame, named).toString('utf8')},`;
	return {
		...circumstances(list),
		from: 'client',
		kind: 'request',
		method: 'tools/call',
		params: Buffer.from(`{${params}"arguments":{}}`, 'utf8'),
		...(name === undefined ? {} : { tool: { name, arguments: NO_ARGUMENTS } }),
		listed: { ...state.shownTool(frame, node), recent },
	};
}

function told(reason: Reason, tool: CalledTool | undefined, at: readonly Step[]): Reason {
	const where = {
		embedded_in: 'tools/list',
		pointer: pointerOf(at),
		...(tool === undefined ? {} : { tool: tool.name.toWellFormed() }),
	};
	if (reason.set === 'warn') return { ...reason, ...where };
	return { ...reason, set: 'mask', was: 'deny', message: `not listed: ${reason.message}`, op: 'remove', ...where };
}
