/** What the 25 rules read of a policy input. */
interface Input {
	readonly from: string;
	readonly method: string;
	readonly principal: {
		readonly id: string;
		readonly kind: string;
		readonly groups: readonly string[];
		readonly on_behalf_of?: string;
		readonly human?: string;
	};
	readonly server: { readonly name: string };
	readonly session: {
		readonly labels: readonly string[];
		readonly calls: {
			readonly last_minute: number;
			readonly by_tool: Readonly<Record<string, number>>;
			readonly denied: number;
		};
	};
	readonly time: { readonly hour: number; readonly weekday: string };
	readonly tool: {
		readonly name: string;
		readonly definition: { readonly status: string };
		readonly annotations?: { readonly openWorldHint?: boolean };
		readonly arguments: Readonly<Record<string, unknown>>;
	};
}

interface Data {
	readonly teams: Readonly<Record<string, readonly string[]>>;
	readonly limits: Readonly<Record<string, number>>;
	readonly closed_servers: readonly string[];
	readonly office: { readonly from: number; readonly to: number };
}

type Say = (set: string, rule: string, fields: string | object) => void;

/**
 * The 25 rules of `rules.ts` by hand, as fast as they are with ordinary care: no policy can be cheaper than this in
 * Node. Nothing bounds it, and changing a rule means changing a program.
 */
export function floor(input: Input, data: Data): unknown {
	const reasons: object[] = [];
	const labels: object[] = [];
	const say: Say = (set, rule, fields) => {
		const said = typeof fields === 'string' ? { message: fields } : fields;
		if (set === 'label') labels.push({ ...said, rule, level: 'enforce' });
		else reasons.push({ ...said, set, rule, level: 'enforce', title: rule.slice(rule.indexOf('/') + 1) });
	};
	if (input.from === 'client' && input.method === 'tools/call') {
		texts(input, say);
		walks(input, say);
		access(input, data, say);
		counts(input, data, say);
		rest(input, say);
	}
	return { labels, malformed: [], reasons };
}

const IBAN = /\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){4,7}\b/;
const CLOUD_KEY = /\b(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}\b/;
const PASSWORD = /\b(password|passwd|pwd|secret|api[_-]?key)\s*[:=]\s*['"]?[^\s'"]{8,}/i;
const EMAIL = /\b[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}\b/i;
const CARD = /\b(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|3[47][0-9]{13})\b/;

function texts({ tool }: Input, say: Say): void {
	const { text, query } = tool.arguments;
	if (typeof text === 'string') {
		const path = '$.params.arguments.text';
		if (IBAN.test(text)) say('mask', 'regex/iban', { message: 'an account number', path });
		if (CLOUD_KEY.test(text)) say('deny', 'regex/cloud_key', 'a cloud key leaves');
		if (PASSWORD.test(text)) say('deny', 'regex/password', 'a password leaves');
		if (EMAIL.test(text)) say('mask', 'regex/email', { message: 'an address', path });
		if (CARD.test(text)) say('mask', 'regex/card', { message: 'a card number', path });
		if (text.length > 10_000) say('hold', 'size/text', `a text of ${text.length} characters`);
	}
	if (typeof query === 'string') {
		const lower = query.toLowerCase();
		if (['drop table', 'truncate ', 'delete from'].some((word) => lower.includes(word)))
			say('hold', 'sql/destructive', 'a statement that destroys');
	}
	for (const name of ['cmd', 'command', 'script']) {
		const value = tool.arguments[name];
		if (typeof value === 'string' && value.includes('; rm '))
			say('deny', 'shell/arguments', `the argument ${name} looks like a shell`);
	}
}

function walks({ tool }: Input, say: Say): void {
	let [key, bearer] = [false, false];
	const climbing = new Set<string>();
	const visit = (value: unknown, name: string | undefined): void => {
		if (typeof value === 'string') {
			key ||= value.includes('-----BEGIN PRIVATE KEY-----');
			bearer ||= value.toLowerCase().startsWith('bearer ');
			if (name === 'path' && value.includes('../')) climbing.add(value);
		} else if (Array.isArray(value)) {
			for (const item of value) visit(item, undefined);
		} else if (typeof value === 'object' && value !== null) {
			for (const [member, item] of Object.entries(value)) visit(item, member);
		}
	};
	visit(tool.arguments, undefined);
	if (key) say('deny', 'walk/private_keys', 'a private key leaves');
	if (bearer) say('deny', 'walk/bearer', 'a credential among the arguments');
	for (const value of climbing) say('deny', 'walk/deep_paths', `a path that climbs: ${value}`);
}

const SHELLS = new Set(['exec', 'bash', 'shell', 'search_documents_shell']);

function access({ principal, server, tool }: Input, data: Data, say: Say): void {
	if (SHELLS.has(tool.name)) say('deny', 'shell/closed', 'shell tools are closed');
	if (!principal.groups.some((group) => data.teams[group]?.includes(server.name)))
		say('deny', 'access/team', `${server.name} is not for ${principal.id}`);
	if (data.closed_servers.includes(server.name)) say('deny', 'access/closed_server', 'this server is closed');
	if (principal.kind !== 'agent' && principal.kind !== 'service')
		say('deny', 'access/agents_only', 'only agents call tools here');
	if (principal.kind === 'agent' && (principal.on_behalf_of ?? '') === '' && (principal.human ?? '') === '') {
		const terms = { quorum: 1, approvers: ['group:oncall'] };
		say('hold', 'access/on_behalf', { message: 'an agent without a human', ...terms });
	}
}

function counts({ session, tool, time }: Input, data: Data, say: Say): void {
	const { calls } = session;
	const limit = data.limits[tool.name];
	if (calls.last_minute > 120) say('deny', 'budget/minute', 'too many calls a minute');
	if (limit !== undefined && (calls.by_tool[tool.name] ?? 0) > limit)
		say('hold', 'budget/tool', { message: `more than ${limit} calls of ${tool.name}`, timeout: '10m' });
	if (calls.denied >= 20) say('deny', 'budget/denied', 'this session was refused too often');
	if (time.hour < data.office.from || time.hour > data.office.to) say('hold', 'time/office', 'outside of office hours');
	if (time.weekday === 'Saturday' || time.weekday === 'Sunday') say('warn', 'time/weekend', 'at the weekend');
}

function rest({ session, tool }: Input, say: Say): void {
	if (session.labels.includes('tainted') && tool.annotations?.openWorldHint === true)
		say('deny', 'flow/tainted', 'this session has read secrets');
	if (tool.name === 'search_everything') say('label', 'flow/label', { label: 'searched', scope: 'session', for: '1h' });
	if (Object.keys(tool.arguments).length > 64) say('deny', 'size/arguments', 'too many arguments');
	if (tool.definition.status === 'changed') say('hold', 'tools/changed', `${tool.name} is not what it was`);
}
