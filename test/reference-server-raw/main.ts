import { serveRaw } from './http.ts';
import { serveRawStdio } from './stdio.ts';

// node test/reference-server-raw/main.ts http    prints its port, serves /mcp on 127.0.0.1
// node test/reference-server-raw/main.ts stdio
const [kind] = process.argv.slice(2);
if (kind === 'http') {
	const running = await serveRaw();
	process.stdout.write(`${running.port}\n`);
} else if (kind === 'stdio') {
	await serveRawStdio(process.stdin, process.stdout);
} else {
	process.stderr.write('say `http` or `stdio`\n');
	process.exitCode = 2;
}
