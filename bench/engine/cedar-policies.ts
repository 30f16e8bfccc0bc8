import { DATA } from './rules.ts';

/** What Cedar cannot say at all: it has neither regular expressions nor another way to recognise these. */
export const LEFT_OUT: readonly string[] = ['regex/iban', 'regex/card'];

/**
 * The rules as far as Cedar can say them, by id; one policy each, since one answer tells which apply. It has no regular expressions (`like` with a
 * fixed part stands in their place), does not walk (the arguments that the frame has are named), knows neither lower case nor the
 * length of anything, and says only permit or forbid: a hold, a mask and a label are a `forbid` that is told by its
 * id, without message or terms.
 */
export const CEDAR_POLICIES: Readonly<Record<string, string>> = {
	permitted: 'permit(principal, action, resource);',
	...Object.fromEntries(Object.entries(conditions()).map(([id, condition]) => [id, forbid(condition)])),
};

function forbid(condition: string): string {
	return `forbid(principal, action == Action::"tools/call", resource) when { context.from == "client" && (${condition}) };`;
}

function conditions(): Record<string, string> {
	const args = 'context.tool.arguments';
	const like = (name: string, ...patterns: readonly string[]) =>
		`${args} has ${name} && (${patterns.map((pattern) => `${args}.${name} like "${pattern}"`).join(' || ')})`;
	const either = (...all: readonly string[]) => all.map((one) => `(${one})`).join(' || ');
	const teams = Object.entries(DATA.teams).map(
		([team, servers]) => `(principal.groups.contains("${team}") && ${list(servers)}.contains(context.server.name))`,
	);
	const budgets = Object.entries(DATA.limits).map(
		([tool, limit]) =>
			`(context.tool.name == "${tool}" && context.session.calls.by_tool has "${tool}" && context.session.calls.by_tool["${tool}"] > ${limit})`,
	);
	const keys = ['AKIA', 'AGPA', 'AIDA', 'AROA', 'AIPA', 'ANPA', 'ANVA', 'ASIA'].map((prefix) => `*${prefix}*`);
	return {
		'regex/cloud_key': like('text', ...keys),
		'regex/password': like('text', '*password*:*', '*passwd*:*', '*secret*:*', '*password*=*', '*secret*=*'),
		'regex/email': like('text', '*@*.*'),
		'walk/private_keys': either(
			like('text', '*-----BEGIN PRIVATE KEY-----*'),
			like('query', '*-----BEGIN PRIVATE KEY-----*'),
		),
		'walk/bearer': either(...['text', 'query', 'header'].map((name) => like(name, 'bearer *', 'Bearer *', 'BEARER *'))),
		'walk/deep_paths': like('path', '*../*'),
		'shell/closed': '["exec", "bash", "shell", "search_documents_shell"].contains(context.tool.name)',
		'shell/arguments': either(...['cmd', 'command', 'script'].map((name) => like(name, '*; rm *'))),
		'access/team': `!(${teams.join(' || ')})`,
		'access/closed_server': `${list(DATA.closed_servers)}.contains(context.server.name)`,
		'access/agents_only': '!["agent", "service"].contains(principal.kind)',
		'access/on_behalf': 'principal.kind == "agent" && !(principal has on_behalf_of) && !(principal has human)',
		'budget/minute': 'context.session.calls.last_minute > 120',
		'budget/tool': budgets.join(' || '),
		'budget/denied': 'context.session.calls.denied >= 20',
		'time/office': `context.time.hour < ${DATA.office.from} || context.time.hour > ${DATA.office.to}`,
		'time/weekend': '["Saturday", "Sunday"].contains(context.time.weekday)',
		'flow/tainted':
			'context.session.labels.contains("tainted") && context.tool has annotations && context.tool.annotations has openWorldHint && context.tool.annotations.openWorldHint',
		'flow/label': 'context.tool.name == "search_everything"',
		// counted by the caller: Cedar cannot
		'size/arguments': 'context.arguments > 64',
		'size/text': 'context.characters > 10000',
		'sql/destructive': like('query', ...['drop table', 'truncate ', 'delete from'].flatMap(bothCases)),
		'tools/changed': 'context.tool.definition.status == "changed"',
	};
}

function bothCases(words: string): string[] {
	return [`*${words}*`, `*${words.toUpperCase()}*`];
}

function list(values: readonly string[]): string {
	return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}
