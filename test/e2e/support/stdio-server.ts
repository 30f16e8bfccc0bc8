import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const PIPE = fileURLToPath(new URL('pipe.ts', import.meta.url));

/** A stdio upstream that is played by the test. */
export interface StdioServer {
	/** `stdio` of a server's configuration. */
	readonly stdio: { readonly command: string; readonly args: readonly string[] };
	close(): Promise<void>;
}

/** `serve` gets the raw bytes of a child process's pipes, once for each that the gateway starts. */
export async function stdioServer(serve: (pipe: Socket) => void): Promise<StdioServer> {
	const open = new Set<Socket>();
	const server = createServer((socket) => {
		open.add(socket);
		socket.on('error', () => {}).on('close', () => open.delete(socket));
		serve(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		stdio: { command: process.execPath, args: [PIPE, String(port)] },
		async close() {
			for (const socket of open) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Cuts bytes at LF; the line's own ending (LF or CRLF) comes along. */
export class Lines {
	#rest = '';

	/** Complete lines, latin1, without their ending. */
	push(chunk: Buffer): { readonly line: string; readonly ending: string }[] {
		const parts = (this.#rest + chunk.toString('latin1')).split('\n');
		this.#rest = parts.pop()!;
		return parts.map((part) =>
			part.endsWith('\r') ? { line: part.slice(0, -1), ending: '\r\n' } : { line: part, ending: '\n' },
		);
	}
}
