/**
 * Switches each step of THE ORDER off in turn, in a copy, and expects that its test in test/gateway/order.test.ts
 * goes red. `npm run order`; exits 1 if a step can be skipped without anybody noticing.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Skip {
	readonly step: string;
	readonly file: string;
	/** Must stand in the file exactly once. */
	readonly from: string;
	readonly to: string;
}

const GATE = 'gateway/gate.ts';
const SKIPS: readonly Skip[] = [
	{
		step: '1 frame',
		file: GATE,
		from: 'const read = readFrames(arrival.bytes,',
		to: 'const read = readFrames(Buffer.from(JSON.stringify(JSON.parse(arrival.bytes.toString()))),',
	},
	{
		step: '2 correlate',
		file: GATE,
		from: 'messageOf(session.state, read.frames, arrival.from, answered)',
		to: 'messageOf(session.state, read.frames, arrival.from)',
	},
	{
		step: '3 detect',
		file: 'engine/judge.ts',
		from: "wanted.has('findings') ? policy.detector.detect(frame.frame) : undefined",
		to: 'undefined',
	},
	{
		step: '4 judge',
		file: GATE,
		from: 'const { judgement, seq } = step;',
		to: "const judgement = { ...step.judgement, verdict: 'allow' as typeof step.judgement.verdict };\n\tconst { seq } = step;",
	},
	{
		step: '5 record',
		file: GATE,
		from: 'const recorded = await durable(session, [\n\t\t{\n\t\t\t...line',
		to: 'const recorded = true; void durable(session, [\n\t\t{\n\t\t\t...line',
	},
	{
		step: '6 hold',
		file: GATE,
		from: "case 'hold':\n",
		to: "case 'hold':\n\t\t\treturn { do: 'forward', seq, message, bytes: splice(arrival.bytes, splices), requests: step.requests };\n",
	},
	{
		step: '7 forward',
		file: GATE,
		from: 'message, bytes: splice(arrival.bytes, splices)',
		to: 'message, bytes: arrival.bytes',
	},
	{
		step: '8 deliver outcome',
		file: 'gateway/sessions/wires.ts',
		from: "await session.record([{ type: 'event', ...session.mark(), event, of }]).catch(() => {});",
		to: 'void event; void of; void session;',
	},
];

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'sluice-order-'));
let noticed = 0;
try {
	for (const folder of ['engine', 'gateway', 'test'])
		cpSync(join(root, folder), join(work, folder), { recursive: true });
	cpSync(join(root, 'package.json'), join(work, 'package.json'));
	symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'));
	const before = failing();
	if (before.length > 0) throw new Error(`fails with every step in place: ${before.join('; ')}`);
	for (const skip of SKIPS) {
		const file = join(work, skip.file);
		const text = readFileSync(file, 'utf8');
		if (text.split(skip.from).length !== 2) throw new Error(`${skip.file} has not exactly one \`${skip.from}\``);
		writeFileSync(
			file,
			text.replace(skip.from, () => skip.to),
		);
		const red = failing();
		writeFileSync(file, text);
		const own = red.some((name) => name.startsWith(skip.step));
		if (own) noticed++;
		process.stdout.write(
			`${own ? 'noticed    ' : 'NOT NOTICED'}  without ${skip.step}${own ? '' : `: red were ${red.join('; ') || 'none'}`}\n`,
		);
	}
} finally {
	rmSync(work, { recursive: true, force: true });
}
process.stdout.write(`${noticed} of ${SKIPS.length} steps cannot be skipped unnoticed\n`);
process.exitCode = noticed === SKIPS.length ? 0 : 1;

/** Names of the tests that fail in the copy. */
function failing(): string[] {
	const run = spawnSync(process.execPath, ['test/gateway/order.test.ts'], {
		cwd: work,
		encoding: 'utf8',
		timeout: 60_000,
	});
	const red = [...run.stdout.matchAll(/^not ok \d+ - (?:child test left in queue: )?(.*?)(?: # .*)?$/gm)].map(
		(m) => m[1] ?? '',
	);
	if (run.status !== 0 && red.length === 0) red.push(run.stderr.trim().split('\n').at(-1) ?? 'it did not run');
	return red;
}
