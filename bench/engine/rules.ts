import type { PolicyFile } from '../../engine/policy/types.ts';

/**
 * 25 rules as teams write them, all about calls of tools: five with regular expressions, three that walk all arguments,
 * some that read data, templates, masks, holds and labels. None of them denies the frame of the benchmark.
 */
export function realisticRules(): PolicyFile[] {
	return Object.entries(RULES).map(([id, body]) => file(id, body));
}

/** `count` rules more that no call of the benchmark's tool can touch: other tools, other methods, answers. */
export function otherRules(count: number): PolicyFile[] {
	const about = [
		(i: number) => `input.from == "client"\n\tinput.method == "tools/call"\n\tinput.tool.name == "tool_${i}"`,
		(i: number) => `input.method == "resources/read"\n\tstartswith(input.params.uri, "file:///srv/${i}")`,
		(i: number) =>
			`input.from == "server"\n\tinput.method == "tools/call"\n\tinput.tool.name in {"read_${i}", "get_${i}"}`,
		(i: number) => `input.method == "prompts/get"\n\tinput.params.name == "prompt_${i}"`,
		(i: number) =>
			`input.from == "server"\n\tinput.method == "sampling/createMessage"\n\tcount(input.params.messages) > ${i}`,
	];
	return Array.from({ length: count }, (_, i) =>
		file(
			`other/r${i}`,
			`deny contains $"not this one: {input.session.id}" if {\n\t${about[i % about.length]!(i)}\n\tinput.session.calls.total > ${i}\n}`,
		),
	);
}

/** What the rules read from `data`. */
export const DATA = {
	teams: { finance: ['payments', 'ledger'], support: ['tickets'], research: ['search', 'documents'] },
	limits: { search_documents: 100, query: 50 },
	closed_servers: ['legacy', 'sandbox'],
	office: { from: 6, to: 22 },
};

function file(id: string, body: string): PolicyFile {
	const [category, name] = id.split('/');
	const text = `# METADATA\n# title: ${name}\npackage rules.${category}.${name}\n\n${body}\n`;
	return { path: `rules/${id}/${name}.rego`, text };
}

const CALL = 'input.from == "client"\n\tinput.method == "tools/call"';

const RULES: Readonly<Record<string, string>> = {
	'regex/iban': `mask contains {"message": "an account number", "path": "$.params.arguments.text"} if {
	${CALL}
	regex.match(\`\\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){4,7}\\b\`, input.tool.arguments.text)
}`,
	'regex/cloud_key': `deny contains "a cloud key leaves" if {
	${CALL}
	regex.match(\`\\b(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}\\b\`, input.tool.arguments.text)
}`,
	'regex/password': `deny contains "a password leaves" if {
	${CALL}
	regex.match(\`(?i)\\b(password|passwd|pwd|secret|api[_-]?key)\\s*[:=]\\s*['"]?[^\\s'"]{8,}\`, input.tool.arguments.text)
}`,
	'regex/email': `mask contains {"message": "an address", "path": "$.params.arguments.text"} if {
	${CALL}
	regex.match(\`(?i)\\b[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}\\b\`, input.tool.arguments.text)
}`,
	'regex/card': `mask contains {"message": "a card number", "path": "$.params.arguments.text"} if {
	${CALL}
	regex.match(\`\\b(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|3[47][0-9]{13})\\b\`, input.tool.arguments.text)
}`,
	'walk/private_keys': `deny contains "a private key leaves" if {
	${CALL}
	walk(input.tool.arguments, [_, value])
	is_string(value)
	contains(value, "-----BEGIN PRIVATE KEY-----")
}`,
	'walk/bearer': `deny contains "a credential among the arguments" if {
	${CALL}
	walk(input.tool.arguments, [_, value])
	is_string(value)
	startswith(lower(value), "bearer ")
}`,
	'walk/deep_paths': `deny contains $"a path that climbs: {value}" if {
	${CALL}
	walk(input.tool.arguments, [path, value])
	path[count(path) - 1] == "path"
	contains(value, "../")
}`,
	'shell/closed': `deny contains "shell tools are closed" if {
	${CALL}
	input.tool.name in {"exec", "bash", "shell", "search_documents_shell"}
}`,
	'shell/arguments': `deny contains $"the argument {name} looks like a shell" if {
	${CALL}
	some name in ["cmd", "command", "script"]
	value := input.tool.arguments[name]
	contains(value, "; rm ")
}`,
	'access/team': `deny contains $"{input.server.name} is not for {input.principal.id}" if {
	${CALL}
	not team_has_server
}

team_has_server if {
	some group in input.principal.groups
	input.server.name in data.teams[group]
}`,
	'access/closed_server': `deny contains "this server is closed" if {
	${CALL}
	input.server.name in data.closed_servers
}`,
	'access/agents_only': `deny contains "only agents call tools here" if {
	${CALL}
	not input.principal.kind in {"agent", "service"}
}`,
	'access/on_behalf': `hold contains {"message": "an agent without a human", "quorum": 1, "approvers": ["group:oncall"]} if {
	${CALL}
	input.principal.kind == "agent"
	object.get(input.principal, "on_behalf_of", "") == ""
	object.get(input.principal, "human", "") == ""
}`,
	'budget/minute': `deny contains "too many calls a minute" if {
	${CALL}
	input.session.calls.last_minute > 120
}`,
	'budget/tool': `hold contains {"message": $"more than {limit} calls of {input.tool.name}", "timeout": "10m"} if {
	${CALL}
	limit := data.limits[input.tool.name]
	input.session.calls.by_tool[input.tool.name] > limit
}`,
	'budget/denied': `deny contains "this session was refused too often" if {
	${CALL}
	input.session.calls.denied >= 20
}`,
	'time/office': `hold contains {"message": "outside of office hours"} if {
	${CALL}
	hour := input.time.hour
	not hour in numbers.range(data.office.from, data.office.to)
}`,
	'time/weekend': `warn contains "at the weekend" if {
	${CALL}
	input.time.weekday in {"Saturday", "Sunday"}
}`,
	'flow/tainted': `deny contains "this session has read secrets" if {
	${CALL}
	"tainted" in input.session.labels
	input.tool.annotations.openWorldHint == true
}`,
	'flow/label': `label contains {"label": "searched", "scope": "session", "for": "1h"} if {
	${CALL}
	input.tool.name == "search_everything"
}`,
	'size/arguments': `deny contains "too many arguments" if {
	${CALL}
	count(input.tool.arguments) > 64
}`,
	'size/text': `hold contains {"message": $"a text of {count(input.tool.arguments.text)} characters"} if {
	${CALL}
	count(input.tool.arguments.text) > 10000
}`,
	'sql/destructive': `hold contains {"message": "a statement that destroys"} if {
	${CALL}
	some word in ["drop table", "truncate ", "delete from"]
	contains(lower(input.tool.arguments.query), word)
}`,
	'tools/changed': `hold contains {"message": $"{input.tool.name} is not what it was"} if {
	${CALL}
	input.tool.definition.status == "changed"
}`,
};
