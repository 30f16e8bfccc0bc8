/**
 * `npm run bench [-- --quick] [--only load|stages|judgement]`: measures on this machine, prints ratios, writes
 * `bench/results/latest.json` and the generated part of `docs/benchmarks.md`. With `--quick` or `--only` it only prints.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBlock } from './block.ts';
import { serve } from './child.ts';
import { measureJudgement } from './judgement.ts';
import { type Cell, type Effort, measureLoad, type Target } from './load-table.ts';
import { machine } from './machine.ts';
import { type Results, render } from './report.ts';
import { startSluice } from './sluice.ts';
import { measureStages } from './stages.ts';

const PARTS = ['load', 'stages', 'judgement'] as const;
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
if (values.only !== undefined && !PARTS.some((part) => part === values.only)) {
	process.stderr.write(`--only is one of ${PARTS.join(', ')}, not \`${values.only}\`\n`);
	process.exit(2);
}
const wanted = (part: (typeof PARTS)[number]): boolean => values.only === undefined || values.only === part;
const effort: Effort = values.quick ? { rounds: 1, warm: 300, run: 1000 } : { rounds: 3, warm: 1000, run: 3000 };
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function load(): Promise<Cell[]> {
	const ends: (() => Promise<void> | void)[] = [];
	try {
		const upstream = await serve('bench/upstream.ts', [], /^listening /);
		ends.push(() => upstream.stop());
		const port = Number(upstream.line.split(' ')[1]);
		const proxy = await serve('bench/proxy.ts', [String(port)], /^listening /);
		ends.push(() => proxy.stop());
		say('starting sluice (the first time, this compiles the policy)');
		const gateway = await startSluice(port);
		ends.push(async () => {
			await gateway.service.stop();
			gateway.remove();
		});
		const targets: Target[] = [
			{ name: 'direct', url: `http://127.0.0.1:${port}/mcp` },
			{ name: 'proxy', url: `http://127.0.0.1:${proxy.line.split(' ')[1]}/mcp`, service: proxy },
			{ name: 'sluice', url: gateway.url, token: gateway.token, service: gateway.service },
		];
		return await measureLoad(targets, effort, say);
	} finally {
		for (const end of ends.reverse()) await end();
	}
}

const results: Results = {
	...machine(['lmdb', 'undici', '@open-policy-agent/opa-wasm']),
	effort,
	...(wanted('judgement') ? { judgement: await measureJudgement(values.quick) } : {}),
	...(wanted('stages') ? { stages: await measureStages(values.quick) } : {}),
	...(wanted('load') ? { load: await load() } : {}),
};
process.stdout.write(`${render(results)}\n`);
if (!values.quick && values.only === undefined) {
	const folder = join(import.meta.dirname, 'results');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(results, null, '\t')}\n`);
	writeBlock('results', render(results));
	say('wrote bench/results/latest.json and docs/benchmarks.md');
}
const errors = (results.load ?? []).reduce((sum, cell) => sum + cell.errors, 0);
if (errors > 0) say(`${errors} calls went wrong: these figures mean nothing`);
process.exitCode = errors === 0 ? 0 : 1;
