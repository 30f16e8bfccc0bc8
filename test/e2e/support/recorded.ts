import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway } from './gateway.ts';

/** One line of a session file, as far as these tests look; read by nothing of ours. */
interface FileLine {
	readonly seq: number;
	readonly from?: 'client' | 'server' | 'gateway' | undefined;
	readonly to?: 'client' | 'server';
	readonly text?: string | undefined;
	readonly base64?: string | undefined;
	readonly delivered?: { readonly text?: string; readonly base64?: string } | null;
	readonly verdict?: string;
	readonly outcome?: string;
	readonly code?: string;
	readonly by?: string;
	readonly answers?: number;
	readonly event?: string;
	readonly of?: number;
	readonly rejudges?: number;
	readonly wire?: Readonly<Record<string, unknown>>;
}

/** One session as it was exported. */
export interface Recorded {
	readonly id: string;
	readonly server: string;
	/** How the client and the server were reached. */
	readonly wires: { readonly client: string; readonly server: string };
	readonly started: bigint;
	readonly lines: readonly FileLine[];
}

/** The four wires that a recording must rebuild: what each party sent, and what each party got. */
export interface Wires {
	readonly clientSent: readonly string[];
	readonly clientGot: readonly string[];
	readonly serverSent: readonly string[];
	readonly serverGot: readonly string[];
}

/** `sluice sessions export --all`, the gateway's own trail left out; oldest first. */
export async function exported(gateway: Gateway, folder = 'exported'): Promise<Recorded[]> {
	await gateway.sluice(['sessions', 'export', '--all', '-o', folder]);
	const path = join(gateway.folder, folder);
	const all: Recorded[] = [];
	for (const name of await readdir(path)) {
		const [header, ...lines] = (await readFile(join(path, name), 'utf8')).trimEnd().split('\n');
		const { id, server, transport } = JSON.parse(header!) as {
			id: string;
			server: { name: string; transport: string };
			transport: { kind: string };
		};
		// Unix time in ns does not fit a double.
		const started = BigInt(/"started_ns":(\d+)/.exec(header!)![1]!);
		if (server.name !== 'sluice')
			all.push({
				id,
				server: server.name,
				wires: { client: transport.kind, server: server.transport },
				started,
				lines: lines.map((l) => JSON.parse(l)),
			});
	}
	return all.sort((a, b) => (a.started < b.started ? -1 : 1));
}

/** The wires as the recording has them, in `seq` order. Bytes as latin1 text, so that every byte counts and diffs are readable. */
export function wiresOf({ lines }: Recorded): Wires {
	const wires = {
		clientSent: [] as string[],
		clientGot: [] as string[],
		serverSent: [] as string[],
		serverGot: [] as string[],
	};
	const held = new Map<number, FileLine>();
	for (const line of lines) {
		if (line.event !== undefined) continue;
		if (line.rejudges !== undefined) {
			// What was held goes on as it was judged at its release.
			const { from, text, base64 } = held.get(line.rejudges)!;
			if (line.outcome === 'released') deliver(wires, { ...line, from, text, base64 });
			continue;
		}
		if (line.from === 'gateway') {
			wires[line.to === 'client' ? 'clientGot' : 'serverGot'].push(bytesOf(line));
			continue;
		}
		wires[line.from === 'client' ? 'clientSent' : 'serverSent'].push(bytesOf(line));
		if (line.verdict === 'hold') held.set(line.seq, line);
		else deliver(wires, line);
	}
	return wires;
}

function deliver(wires: { clientGot: string[]; serverGot: string[] }, line: FileLine): void {
	if (line.delivered === null) return;
	wires[line.from === 'client' ? 'serverGot' : 'clientGot'].push(bytesOf(line.delivered ?? line));
}

function bytesOf({ text, base64 }: Pick<FileLine, 'text' | 'base64'>): string {
	return (text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text)).toString('latin1');
}
