import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { serveHttp2 } from './http.ts';
import { referenceServer2 } from './server.ts';

// node test/reference-server-2/main.ts http    prints its port, serves /mcp on 127.0.0.1
// node test/reference-server-2/main.ts stdio
const [kind] = process.argv.slice(2);
if (kind === 'http') {
	const running = await serveHttp2();
	process.stdout.write(`${running.port}\n`);
} else if (kind === 'stdio') {
	serveStdio(() => referenceServer2());
} else {
	process.stderr.write('say `http` or `stdio`\n');
	process.exitCode = 2;
}
