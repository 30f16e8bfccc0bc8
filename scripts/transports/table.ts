import type { TableClient } from './clients.ts';
import type { Cell } from './run.ts';
import type { TableServer } from './servers.ts';

const WAYS_IN = { http: '`/mcp/`', sse: '`/sse/`', ws: '`/ws/`', stdio: '`sluice wrap`' } as const;

/** What a row begins with. */
export function rowHead({ title, transport }: TableClient): string {
	return `| ${title} | ${WAYS_IN[transport]} |`;
}

/** The first lines of the table. */
export function tableHead(servers: Readonly<Record<string, TableServer>>): string {
	const columns = Object.values(servers).map(({ title, transport }) => `${title}, ${transport}`);
	return `| client | comes in at | ${columns.join(' | ')} |\n| --- | --- |${' --- |'.repeat(columns.length)}`;
}

/** The whole table, in Markdown. */
export function table(
	clients: readonly TableClient[],
	servers: Readonly<Record<string, TableServer>>,
	cells: readonly (readonly Cell[])[],
): string {
	const rows = clients.map((client, n) => `${rowHead(client)} ${cells[n]!.join(' | ')} |`);
	return [tableHead(servers), ...rows].join('\n');
}
