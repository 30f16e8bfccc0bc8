import { PassThrough, type Readable, type Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StdioServerTransport as StdioServerTransport2, serveStdio } from '@modelcontextprotocol/server/stdio';
import { type RunningReference, serveHttp } from '../../reference-server/http.ts';
import type { Suite } from '../../reference-server/referee.ts';
import { referenceServer } from '../../reference-server/server.ts';
import { serveHttp2 } from '../../reference-server-2/http.ts';
import { referenceServer2 } from '../../reference-server-2/server.ts';
import { serveRaw } from '../../reference-server-raw/http.ts';
import { serveRawStdio } from '../../reference-server-raw/stdio.ts';

/** A reference server and what it is asked. */
export interface Fixture {
	readonly name: string;
	/** On HTTP, on a port of the system's choice. */
	serve(): Promise<RunningReference>;
	/** On a pipe: one connection of one client. */
	connect(input: Readable, output: Writable): void;
	/** With the checks that pass direct, and that fail because the server does not have the extension they are about. */
	readonly suites: readonly { readonly suite: Suite; readonly passed: number; readonly failed: number }[];
}

/** Every reference server. */
export const fixtures = {
	sdk1: {
		name: 'SDK 1.32.2',
		serve: () => serveHttp(),
		connect(input, output) {
			const transport = new StdioServerTransport(input, output);
			// The SDK's own types differ under exactOptionalPropertyTypes.
			void referenceServer().connect(transport as Parameters<ReturnType<typeof referenceServer>['connect']>[0]);
		},
		suites: [{ suite: '2025-11-25', passed: 84, failed: 0 }],
	},
	sdk2: {
		name: 'SDK 2.4.0',
		serve: () => serveHttp2(),
		connect(input, output) {
			serveStdio(() => referenceServer2(), { transport: new StdioServerTransport2(input, output) });
		},
		suites: [
			{ suite: '2025-11-25', passed: 84, failed: 0 },
			// It has no tasks: the scenarios of that extension are not scored.
			{ suite: '2026-07-28', passed: 164, failed: 30 },
		],
	},
	raw: {
		name: 'raw',
		serve: () => serveRaw(),
		connect: (input, output) => void serveRawStdio(input, output),
		suites: [
			{ suite: '2025-11-25', passed: 84, failed: 0 },
			{ suite: 'all', passed: 234, failed: 0 },
		],
	},
} as const satisfies Record<string, Fixture>;

/** Bytes of a socket as the two ends of a pipe. */
export function pipeOf(socket: Readable & Writable): { readonly input: Readable; readonly output: Writable } {
	const input = new PassThrough();
	const output = new PassThrough();
	socket.pipe(input);
	output.pipe(socket);
	return { input, output };
}
