import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** One of the MCP project's own servers as a child process: a `servers` entry of the configuration. */
export function stdioServer(
	name: 'filesystem' | 'everything' | 'memory',
	args: readonly string[] = [],
	env: object = {},
) {
	const program = join(dirname(require.resolve(`@modelcontextprotocol/server-${name}/package.json`)), 'dist/index.js');
	return { stdio: { command: process.execPath, args: [program, ...args], env } };
}
