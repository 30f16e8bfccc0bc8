import { CEDAR_POLICIES } from './cedar-policies.ts';

/** Cedar as a library: which policies apply to a policy input, by id. */
export interface Cedar {
	readonly version: string;
	/** Makes what it wants to be called with out of a policy input: not part of what is timed. */
	prepare(input: Readonly<Record<string, unknown>>): () => readonly string[];
}

/** What of a policy input Cedar gets: not the arguments twice, and no time in ns, which it has no numbers for. */
interface Parts {
	readonly from: string;
	readonly principal: { readonly id: string; readonly claims: object };
	readonly server: { readonly name: string };
	readonly session: Readonly<Record<string, unknown>>;
	readonly tool: { readonly arguments: Readonly<Record<string, unknown>> };
	readonly time: { readonly hour: number; readonly weekday: string };
}

const POLICIES = 'bench';

/**
 * Cedar's own wasm build with its policies parsed ahead, which is the fastest way it has. Where it is not
 * installed, the reason.
 */
export async function openCedar(): Promise<Cedar | string> {
	let cedar: typeof import('@cedar-policy/cedar-wasm/nodejs');
	try {
		cedar = await import('@cedar-policy/cedar-wasm/nodejs');
	} catch (error) {
		return `@cedar-policy/cedar-wasm cannot be loaded: ${(error as Error).message}`;
	}
	const parsed = cedar.preparsePolicySet(POLICIES, { staticPolicies: { ...CEDAR_POLICIES } });
	if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '));
	return {
		version: cedar.getCedarSDKVersion(),
		prepare(input) {
			const call = callFor(input as unknown as Parts);
			return () => {
				const answer = cedar.statefulIsAuthorized(call);
				if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
				const { decision, diagnostics } = answer.response;
				const [wrong] = diagnostics.errors;
				if (wrong !== undefined) throw new Error(`${wrong.policyId}: ${wrong.error.message}`);
				return decision === 'allow' ? [] : diagnostics.reason;
			};
		},
	};
}

function callFor({ from, principal, server, session, tool, time }: Parts) {
	const { claims: _, ...attributes } = principal;
	const who = { type: 'Principal', id: principal.id };
	const { text = '' } = tool.arguments;
	const { started_ns: _ns, ...rest } = session;
	const context = {
		from,
		server,
		session: rest,
		tool,
		time: { hour: time.hour, weekday: time.weekday },
		arguments: Object.keys(tool.arguments).length,
		characters: String(text).length,
	};
	return {
		principal: who,
		action: { type: 'Action', id: 'tools/call' },
		resource: { type: 'Server', id: server.name },
		context: context as unknown as Record<string, string>,
		preparsedPolicySetId: POLICIES,
		entities: [{ uid: who, attrs: attributes as unknown as Record<string, string>, parents: [] }],
	};
}
