/** What the policy of these tests closes, holds and remembers, by tool name. */
export interface Doors {
	/** Denied. */
	readonly closed?: readonly string[];
	/** Held for a human. */
	readonly held?: readonly string[];
	/** Methods of server requests that are held. */
	readonly heldRequests?: readonly string[];
	/** An answer to one of these marks session and principal as tainted. */
	readonly tainting?: readonly string[];
	/** Denied in a session that is tainted. */
	readonly notAfterInSession?: readonly string[];
	/** Denied to a principal that is tainted, wherever that was. */
	readonly notAfterAnywhere?: readonly string[];
}

/** A policy folder below `folder`: a few rules that read who may do what from its data. */
export function policy(doors: Doors, folder = 'policies'): Record<string, string> {
	const data = { closed: [], held: [], heldRequests: [], tainting: [], notAfterInSession: [], notAfterAnywhere: [] };
	const files: Record<string, string> = {
		[`${folder}/data.json`]: JSON.stringify({ doors: { ...data, ...doors } }),
	};
	for (const [id, body] of Object.entries(RULES)) {
		const [category, name] = id.split('/') as [string, string];
		files[`${folder}/rules/${id}/${name}.rego`] = `${head(category, name)}\n${body}`;
	}
	return files;
}

/** METADATA, package and import of a rule. */
export function head(category: string, name: string): string {
	return `# METADATA
# title: ${name}
# custom:
#   severity: high
package rules.${category}.${name}

import rego.v2
`;
}

const RULES: Readonly<Record<string, string>> = {
	'doors/closed': `deny contains "this tool is closed" if {
	input.from == "client"
	input.method == "tools/call"
	input.tool.name in data.doors.closed
}
`,
	'doors/human': `hold contains "a human must look at this" if {
	input.from == "client"
	input.method == "tools/call"
	input.tool.name in data.doors.held
}

hold contains "a human must look at what the server wants" if {
	input.from == "server"
	input.kind == "request"
	input.method in data.doors.heldRequests
}
`,
	'doors/tainted': `label contains "tainted" if _tainting

label contains {"label": "tainted", "scope": "principal", "for": "1h"} if _tainting

_tainting if {
	input.from == "server"
	input.kind == "result"
	input.tool.name in data.doors.tainting
}

deny contains "not after reading that in this session" if {
	input.from == "client"
	input.tool.name in data.doors.notAfterInSession
	"tainted" in input.session.labels
}

deny contains "not after reading that anywhere" if {
	input.from == "client"
	input.tool.name in data.doors.notAfterAnywhere
	"tainted" in input.recent.labels
}
`,
	'secrets/stay': `mask contains {"message": "a secret does not leave", "finding": "secret/*"} if input.from == "server"
`,
};

/** A token that nobody ever issued, and that the detectors know. */
export const PLANTED = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
