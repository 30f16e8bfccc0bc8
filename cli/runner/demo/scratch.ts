import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../../engine/error.ts';

/** The library that comes with Sluice is the tour's policy. */
const LIBRARY = join(import.meta.dirname, '../../../policies');

/** A token that was never issued by anybody, planted for the tour. */
export const PLANTED = 'ghp_R2d2C3poBb8K2soL337Chewie0Yoda9Leia55';

/** The folder that the tour plays in. */
export interface Scratch {
	readonly folder: string;
	readonly config: string;
	/** The same configuration with a policy that has one more rule. */
	readonly next: string;
	readonly docs: string;
	remove(): Promise<void>;
}

/** Makes folder, files, policies and configuration. `port` 0: the system chooses. */
export async function makeScratch(port: { readonly mcp: number; readonly admin: number }): Promise<Scratch> {
	// The real path: the file server compares real paths with its allowed folder.
	const folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-demo-')));
	const docs = join(folder, 'docs');
	const policies = join(folder, 'policies');
	const stricter = join(folder, 'policies-next');
	const config = join(folder, 'sluice.yaml');
	const next = join(folder, 'next.yaml');
	await mkdir(docs);
	await writeFile(join(docs, 'deploy.env'), `# how we deploy\nREGION=eu-central-1\nGITHUB_TOKEN=${PLANTED}\n`);
	await writeFile(join(docs, 'readme.txt'), 'Nothing secret in here.\n');
	for (const copy of [policies, stricter]) {
		await cp(LIBRARY, copy, { recursive: true });
	}
	await mkdir(join(stricter, 'rules/files/env_files'));
	await writeFile(join(stricter, 'rules/files/env_files/env_files.rego'), NEXT_RULE);
	await writeFile(
		join(folder, 'policy-data.yaml'),
		`settings:\n  files/outside_roots: { roots: { files: [${JSON.stringify(docs)}] } }\n`,
	);
	const text = configText(port, docs, join(folder, 'memory.jsonl'));
	await writeFile(config, text);
	await writeFile(next, text.replace('path: ./policies,', 'path: ./policies-next,'));
	return { folder, config, next, docs, remove: () => rm(folder, { recursive: true, force: true }) };
}

const NEXT_RULE = `# METADATA
# title: Environment files stay closed
# description: Files that hold settings and secrets are not for agents.
# custom:
#   severity: high
package rules.files.env_files

import rego.v2

deny contains $"\`{input.tool.arguments.path}\` is an environment file" if {
	input.from == "client"
	input.method == "tools/call"
	endswith(input.tool.arguments.path, ".env")
}
`;

function configText(port: { mcp: number; admin: number }, docs: string, memory: string): string {
	const node = JSON.stringify(process.execPath);
	const server = (name: string) => JSON.stringify(serverProgram(name));
	return `listen: 127.0.0.1:${port.mcp}
admin: 127.0.0.1:${port.admin}
dataDir: ./.sluice
servers:
  files:
    stdio: { command: ${node}, args: [${server('server-filesystem')}, ${JSON.stringify(docs)}] }
    labels: [internal]
  everything:
    stdio: { command: ${node}, args: [${server('server-everything')}, stdio] }
  memory:
    stdio: { command: ${node}, args: [${server('server-memory')}], env: { MEMORY_FILE_PATH: ${JSON.stringify(memory)} } }
identity: { tokens: true }
policy: { path: ./policies, data: [./policy-data.yaml] }
log: { level: error, format: text }
`;
}

/** The program of one of the MCP project's own example servers. */
function serverProgram(name: string): string {
	const require = createRequire(import.meta.url);
	try {
		return join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist/index.js');
	} catch (cause) {
		throw new SluiceError('ERR_DEMO_SERVERS', `the MCP server \`${name}\` that the tour needs is not installed`, {
			help: 'run the tour in a clone of the repository, after `npm ci`',
			cause,
		});
	}
}
