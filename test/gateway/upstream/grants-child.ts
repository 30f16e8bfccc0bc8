import { systemClock } from '../../../gateway/clock.ts';
import { openStore } from '../../../gateway/store/store.ts';
import { Grants } from '../../../gateway/upstream/grants.ts';
import { key, plainBox } from './samples.ts';

// node grants-child.ts DIR URL: renews the one grant by asking URL, and prints the access token that it has then.
const [dir, url] = process.argv.slice(2);
const store = await openStore(dir!);
const grants = new Grants(store.table('grants'), plainBox, systemClock);
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const tokens = await grants.renew(key, 'a0', async ({ refresh }) => {
	const answer = await fetch(url!, { method: 'POST', body: refresh! });
	return { ...((await answer.json()) as { access: string; refresh: string }), expires: 1n };
});
process.stdout.write(`${tokens?.access}\n`);
await store.close();
process.exit();
