import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { between } from '../../scripts/docs/marks.ts';
import { clients } from '../../scripts/transports/clients.ts';
import { drive } from '../../scripts/transports/run.ts';
import { servers } from '../../scripts/transports/servers.ts';
import { rowHead, tableHead } from '../../scripts/transports/table.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/transports.md'), 'utf8');
const table = between(page, 'pairs').split('\n');

/** Row and column of the page's table. */
function cellOf(row: number, column: number): string {
	return table[row + 2]!.split(' | ')[column + 2]!.replace(/ \|$/, '');
}

t.test('the table has every client and every server, and every pair works', async (t) => {
	t.same(table.slice(0, 2), tableHead(servers).split('\n'));
	t.same(
		table.slice(2).map((row) => row.split(' |').slice(0, 3).join(' |')),
		clients.map((client) => rowHead(client).replace(/ \|$/, '')),
	);
	for (const [row] of clients.entries())
		for (const [column] of Object.keys(servers).entries())
			t.match(cellOf(row, column), /^(\d{4}-\d\d-\d\d|works)$/, `${table[row + 2]}`);
});

t.test('a part of it, tried again', async (t) => {
	// Those that start no process.
	const names = ['http', 'sse', 'ws'] as const;
	const some = clients.flatMap((client, row) =>
		client.transport === 'stdio' || client.title.includes('Inspector') ? [] : [{ client, row }],
	);
	const cells = await drive(
		some.map(({ client }) => client),
		Object.fromEntries(names.map((name) => [name, servers[name]!])),
	);
	const columns = names.map((name) => Object.keys(servers).indexOf(name));
	t.same(
		cells,
		some.map(({ row }) => columns.map((column) => cellOf(row, column))),
	);
});

t.test('a pair that does not work says so', async (t) => {
	const [client] = clients;
	const server = { ...servers.http!, call: { tool: 'echo', args: { text: 'hello' }, answer: /goodbye/ } };
	const unlisted = { ...servers.http!, call: { tool: 'none', args: {}, answer: /./ } };
	const [[one, two] = []] = await drive([client!], { server, unlisted });
	t.match(one, /^failed: .*hello/);
	t.match(two, /^failed/);
});
