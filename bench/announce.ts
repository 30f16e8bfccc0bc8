import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on loopback on a port of the system's choice, prints it as one line, and ends when stdin does. */
export function announce(server: Server): void {
	server.keepAliveTimeout = 60_000;
	server.listen(0, '127.0.0.1', () => {
		process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`);
	});
	process.stdin.on('end', () => process.exit(0)).resume();
}
