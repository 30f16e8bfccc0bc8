/**
 * The floor that Sluice is compared with: a reverse proxy of `node:http` and a keep-alive agent that pipes both ways
 * and looks at nothing. Prints its port as one line. Argument: the port behind it.
 */
import { Agent, createServer, request as send } from 'node:http';
import { announce } from './announce.ts';

const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

const server = createServer((incoming, outgoing) => {
	const { host: _, connection: __, ...headers } = incoming.headers;
	const upstream = send(
		{ agent, host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers },
		(response) => {
			outgoing.writeHead(response.statusCode ?? 502, response.headers);
			response.pipe(outgoing);
		},
	);
	upstream.on('error', () => outgoing.writeHead(502).end());
	incoming.pipe(upstream);
});
announce(server);
