import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { serveHttp } from './http.ts';
import { referenceServer } from './server.ts';

// node test/reference-server/main.ts http [--json]   prints its port, serves /mcp on 127.0.0.1
// node test/reference-server/main.ts stdio
const [kind, ...flags] = process.argv.slice(2);
if (kind === 'http') {
	const running = await serveHttp({ json: flags.includes('--json') });
	process.stdout.write(`${running.port}\n`);
} else if (kind === 'stdio') {
	await referenceServer().connect(new StdioServerTransport());
} else {
	process.stderr.write('say `http` or `stdio`\n');
	process.exitCode = 2;
}
