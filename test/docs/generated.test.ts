import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const docs = join(import.meta.dirname, '../../docs');

for (const page of ['flow.md', 'benchmarks.md', 'transports.md']) {
	t.test(`the generated parts of ${page} are there`, async (t) => {
		const text = readFileSync(join(docs, page), 'utf8');
		const blocks = [...text.matchAll(/<!-- begin:(\S+) -->([\s\S]*?)<!-- end:\1 -->/g)];
		t.not(blocks.length, 0);
		for (const [, name, block = ''] of blocks) t.not(block.trim(), '', `begin:${name}`);
		t.equal(blocks.length, text.match(/<!-- (?:begin|end):/g)!.length / 2, 'every mark has its other one');
	});
}
