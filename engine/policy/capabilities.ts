/**
 * Which built-in functions a policy may call. Everything else is refused by the compiler, because it would
 * otherwise fail in the middle of an evaluation.
 */

/**
 * Functions that OPA 1.22 compiles into the module itself (map `builtinsFunctions` of its WebAssembly back end),
 * without those that Rego v1 has given up, and those that our compiler gives to the host (`engine/compiler/redirects.go`).
 */
export const NATIVE_BUILTINS: readonly string[] = `
	abs array.concat array.flatten array.reverse base64.encode base64url.encode ceil contains count div endswith
	equal floor glob.match graph.reachable gt gte internal.member_2 internal.member_3 intersection is_array
	is_boolean is_null is_number is_object is_set is_string lower lt lte max min minus mul neq net.cidr_contains
	net.cidr_intersects numbers.range object.filter object.get object.keys object.remove object.union or and plus
	product regex.is_valid regex.match rem round sort split startswith strings.reverse sum trim trim_left
	trim_prefix trim_right trim_space trim_suffix type_name union upper walk
`
	.trim()
	.split(/\s+/);

/** Functions that the compiler resolves or erases, so no module ever calls them. */
export const COMPILED_AWAY: readonly string[] = [
	'assign',
	'eq',
	'internal.print',
	'internal.test_case',
	'print',
	'rego.metadata.chain',
	'rego.metadata.rule',
];

/** Never, whatever the host has: they reach out of the recorded session, so no replay could give the same answer. */
const NEVER = ['http.send', 'net.lookup_ip_addr', 'providers.aws.sign_req'];

/**
 * Names of all built-in functions that a policy may call when the engine supplies `hostBuiltins`: sorted, the
 * same list for check, compile and tests, and part of the revision.
 */
export function capabilities(hostBuiltins: Iterable<string>): readonly string[] {
	const names = new Set([...NATIVE_BUILTINS, ...COMPILED_AWAY, ...hostBuiltins]);
	for (const name of NEVER) names.delete(name);
	return [...names].sort();
}

/** What Rego v1 refuses to call, whoever has it. */
const GIVEN_UP = /^(all|any|re_match|set_diff|net\.cidr_overlap|cast_\w+)$/;

interface Closed {
	readonly reason: string;
	readonly help: string;
}

const NETWORK: Closed = {
	reason: 'a policy cannot reach the network: the same frame judged again must give the same verdict',
	help: 'bring the facts in as data (`policy.data` in sluice.yaml) and read them from `data`',
};

const CLOSED: Readonly<Record<string, Closed>> = {
	'http.send': NETWORK,
	'net.lookup_ip_addr': NETWORK,
	'providers.aws.sign_req': {
		reason: 'it signs requests that a policy cannot send',
		help: 'sign where the request is sent; `io.jwt` and `crypto.hmac` are there',
	},
	'rego.parse_module': {
		reason: 'it needs the compiler, which is not there where policies run',
		help: 'parse where the policy is built, and bring in what follows from it as data',
	},
	'strings.render_template': {
		reason: "it needs Go's text/template, a language of its own",
		help: 'use a template string (`$"{x}"`) or `sprintf`',
	},
};

/** Why a function of OPA is closed, and what to write instead. */
export function whyForbidden(builtin: string): Closed {
	const closed = Object.hasOwn(CLOSED, builtin) ? CLOSED[builtin] : undefined;
	if (closed !== undefined) return closed;
	if (GIVEN_UP.test(builtin)) {
		return { reason: 'Rego v1 has given it up', help: 'use `every`, `some`, `regex.match` or the set operators' };
	}
	return {
		reason: 'it is not available in a compiled policy',
		help: 'write it with the functions that are; `docs/engine.md` lists them',
	};
}
