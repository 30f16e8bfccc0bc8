/** Adds 1 to a counter COUNT times and claims as many of COUNT keys as it can: node cas-child.ts DATA_DIR NAME COUNT */
import { openStore } from '../../../gateway/store/store.ts';

const [dataDir = '', name = '', count = '0'] = process.argv.slice(2);
const store = await openStore(dataDir);
const table = store.table<{ n?: number; by?: string }>('meta');
const claimed: string[] = [];
for (let i = 0; i < Number(count); i++) {
	const [, won] = await Promise.all([
		table.update('counter', (row) => ({ n: (row?.n ?? 0) + 1 })),
		table.create(`claim-${i}`, { by: name }),
	]);
	if (won) claimed.push(`claim-${i}`);
}
await store.close();
process.stdout.write(JSON.stringify(claimed));
