/**
 * Writes the table of `docs/transports.md` from a real run: each client over each of its transports, through a gateway,
 * to each server. It takes a few minutes; a test runs a part of it and compares the rest with the code.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { putBetween } from './docs/marks.ts';
import { clients } from './transports/clients.ts';
import { drive } from './transports/run.ts';
import { servers } from './transports/servers.ts';
import { table } from './transports/table.ts';

const page = join(import.meta.dirname, '../docs/transports.md');
const cells = await drive(clients, servers, (line) => process.stderr.write(`${line}\n`));
const failed = cells.flat().filter((cell) => cell.startsWith('failed'));
if (failed.length > 0) {
	process.stderr.write(`${failed.length} pairs do not work; docs/transports.md is left as it was\n`);
	process.exitCode = 1;
} else {
	writeFileSync(page, putBetween(readFileSync(page, 'utf8'), 'pairs', table(clients, servers, cells)));
	process.stdout.write(`wrote ${cells.flat().length} pairs to docs/transports.md\n`);
}
