/**
 * Loaded into a process before its program (`NODE_OPTIONS=--import`): whoever connects to the Unix socket that
 * `SLUICE_BENCH_MEMORY` names is told, as one line of JSON, how much memory is in use after garbage collection.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const path = process.env.SLUICE_BENCH_MEMORY;
if (path !== undefined) {
	const server = createServer((socket) => {
		socket.on('error', () => {});
		collect();
		// what finalizers freed in the first round
		setImmediate(() => {
			collect();
			socket.end(JSON.stringify(inUse()));
		});
	});
	server.listen(path);
	server.unref();
}

function inUse(): object {
	const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
	const { rss, heapUsed } = process.memoryUsage();
	return { rss, anonymous: Number(anonymous) * 1024, heap: heapUsed, files: readdirSync('/proc/self/fd').length };
}
