import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'undici';
import { ENTRYPOINT } from '../../engine/policy/generate.ts';
import type { PolicyFile } from '../../engine/policy/types.ts';
import { stop, tied } from '../child.ts';
import { opaBinary } from './opa-binary.ts';

/** OPA as a server of its own, as a sidecar would be. */
export interface OpaServer {
	/** Makes the body of a policy input: not part of what is timed. */
	prepare(input: Buffer): () => Promise<unknown>;
	/** Ends it, and waits for that. */
	close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** How long it may take to load the policy, ms. */
const START = 30_000;

/** Starts it with the same Rego and data. Where it cannot be had, the reason. */
export async function openOpaServer(
	modules: readonly PolicyFile[],
	data: object,
	progress: (text: string) => void,
): Promise<OpaServer | string> {
	const opa = await opaBinary(progress);
	if ('why' in opa) return opa.why;
	const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-opa-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', remove);
	write(folder, modules, data);
	const port = await freePort();
	const args = ['run', '--server', '--addr', `${HOST}:${port}`, '--skip-version-check', '--log-level', 'error', folder];
	const child = tied(opa.path, args, 'ignore');
	child.stdout?.resume();
	const client = new Client(`http://${HOST}:${port}`, { keepAliveTimeout: 60_000 });
	const close = async () => {
		await client.destroy();
		await stop(child);
		remove();
		process.off('exit', remove);
	};
	for (let waited = 0; !(await healthy(client)); waited += 50) {
		if (child.exitCode !== null || waited > START) {
			await close();
			return 'the OPA server did not start';
		}
		await setTimeout(50);
	}
	return {
		prepare(input) {
			const body = Buffer.concat([Buffer.from('{"input":'), input, Buffer.from('}')]);
			const headers = { 'content-type': 'application/json' };
			return async () => {
				const answer = await client.request({ method: 'POST', path: `/v1/data/${ENTRYPOINT}`, headers, body });
				if (answer.statusCode !== 200) throw new Error(`OPA answered with ${answer.statusCode}`);
				return ((await answer.body.json()) as { readonly result?: unknown }).result;
			};
		},
		close,
	};
}

/** The loader takes no notice of the names of files, but passes over none either. */
function write(folder: string, modules: readonly PolicyFile[], data: object): void {
	for (const { path, text } of modules) {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	writeFileSync(join(folder, 'data.json'), JSON.stringify(data));
}

async function healthy(client: Client): Promise<boolean> {
	try {
		const { statusCode, body } = await client.request({ method: 'GET', path: '/health' });
		await body.dump();
		return statusCode === 200;
	} catch {
		return false;
	}
}

/** A port of loopback that nobody had a moment ago: OPA does not say which one it was given. */
function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, HOST, () => {
			const { port } = server.address() as { readonly port: number };
			server.close(() => resolve(port));
		});
	});
}
