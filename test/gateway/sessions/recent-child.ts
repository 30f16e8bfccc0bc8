/** Writes a row of `recent` as its own, says who it is, and waits to be killed: node recent-child.ts DATA_DIR */
import { RecentRows } from '../../../gateway/sessions/recent-rows.ts';
import { thisProcess } from '../../../gateway/store/process-identity.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { agent } from '../../fixtures/frames.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openStore(dataDir);
const rows = new RecentRows(store.table('recent'), {
	seal: (text) => `sealed ${text}`,
	open: (text) => text.slice('sealed '.length),
});
// The clock of the test.
const us = 1_760_000_000_000_000;
await rows.write(
	rows.keyOf(agent),
	{
		calls: [['db', [[us, 2]]]],
		minute: [[us, 2]],
		labels: [['seen by the child', us + 3_600_000_000]],
		sessions: { died: 2 },
	},
	null,
);
process.stdout.write(`${JSON.stringify(thisProcess())}\n`);
process.stdin.resume();
