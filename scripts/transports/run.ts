import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gateway } from '../../test/e2e/support/gateway.ts';
import type { TableClient } from './clients.ts';
import type { TableServer } from './servers.ts';

/** What stands in one cell: the revision, `works` where the client does not say, or what went wrong. */
export type Cell = string;

/**
 * Drives each client through the real gateway to each server, one after the other. `told` hears of each cell.
 * The cells come by row, in the order of `servers`.
 */
export async function drive(
	clients: readonly TableClient[],
	servers: Readonly<Record<string, TableServer>>,
	told: (line: string) => void = () => {},
): Promise<Cell[][]> {
	const undo: (() => Promise<void>)[] = [];
	try {
		const folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-transports-')));
		undo.push(() => rm(folder, { recursive: true, force: true }));
		const entries: Record<string, object> = {};
		for (const [name, server] of Object.entries(servers)) {
			const { entry, close } = await server.start(folder);
			undo.push(close);
			entries[name] = entry;
		}
		const house = await gateway({ teardown: (fn) => void undo.push(fn) }, { servers: entries });
		const rows: Cell[][] = [];
		for (const client of clients) {
			const row: Cell[] = [];
			for (const [name, server] of Object.entries(servers)) {
				const cell = await reached(client, { url: house.url, folder: house.folder, server: name }, server);
				told(`${client.title} over ${client.transport} to ${name}: ${cell}`);
				row.push(cell);
			}
			rows.push(row);
		}
		return rows;
	} finally {
		for (const step of undo.reverse()) await step();
	}
}

async function reached(
	client: TableClient,
	place: Parameters<TableClient['reach']>[0],
	{ call }: TableServer,
): Promise<Cell> {
	try {
		const { revision = 'works', tools, answer } = await client.reach(place, call);
		if (!tools.includes(call.tool)) return `failed: \`${call.tool}\` is not listed`;
		return call.answer.test(answer) ? revision : `failed: ${answer}`;
	} catch (error) {
		return `failed: ${(error as Error).message.split('\n')[0]}`;
	}
}
