import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Test, test } from 'tap';
import { LmdbReader } from '../../../../gateway/record/lmdb/reader.ts';
import { defaultMasterKeyPath, loadMasterKey } from '../../../../gateway/record/master-key.ts';
import { openStore } from '../../../../gateway/store/store.ts';
import { collect } from '../../../contract/recorder-samples.ts';

const child = new URL('writer-child.ts', import.meta.url).pathname;

/** Outside the tree: several runs of this file at once must not meet in one store. */
function freshDir(t: Test): string {
	const dir = mkdtempSync(join(tmpdir(), 'sluice-durability-'));
	t.teardown(() => rmSync(dir, { recursive: true }));
	return dir;
}

/** Starts a writer; `onLine` sees each line it prints, and the result is all of them once it is gone. */
async function run(command: string[], onLine: (line: string, process: ChildProcess) => void = () => {}) {
	const [file = '', ...args] = command;
	const writer = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
	const lines: string[] = [];
	const ended = new Promise<number | null>((resolve) => writer.once('exit', resolve));
	for await (const line of createInterface({ input: writer.stdout! })) {
		lines.push(line);
		onLine(line, writer);
	}
	return { lines, code: await ended };
}

/** How many of the acknowledged appends are not in the store byte for byte. */
async function missing(dataDir: string, acknowledged: readonly string[]): Promise<string[]> {
	const store = await openStore(dataDir, { readOnly: true });
	try {
		const reader = new LmdbReader(store, loadMasterKey(defaultMasterKeyPath(dataDir)));
		const found = new Set<string>();
		for (const session of new Set(acknowledged.map((line) => line.split(' ')[0]!))) {
			for (const line of await collect(reader.lines(session))) {
				if (line.type !== 'frame') continue;
				found.add(`${session} ${line.seq} ${createHash('sha256').update(line.bytes).digest('hex')}`);
			}
		}
		return acknowledged.filter((line) => !found.has(line));
	} finally {
		await store.close();
	}
}

test('kill -9 at any moment loses nothing that was acknowledged', async (t) => {
	const dataDir = freshDir(t);
	for (const [round, after] of [40, 333, 1111].entries()) {
		let seen = 0;
		const { lines, code } = await run(
			[process.execPath, child, dataDir, `r${round}`, '32', '0', '3000'],
			(_, writer) => {
				seen += 1;
				if (seen === after) writer.kill('SIGKILL');
			},
		);
		t.equal(code, null, 'it was killed');
		t.ok(lines.length >= after, `${lines.length} acknowledged`);
		// The last line may be cut in the middle by the kill.
		const whole = lines.filter((line) => /^\S+ \d+ [0-9a-f]{64}$/.test(line));
		t.same(await missing(dataDir, whole), []);
	}
});

test('two processes write to one store at once', async (t) => {
	const dataDir = freshDir(t);
	const runs = await Promise.all(
		['x', 'y'].map((name) => run([process.execPath, child, dataDir, name, '4', '100', '800'])),
	);
	for (const { lines, code } of runs) {
		t.equal(code, 0);
		t.equal(lines.pop(), 'end');
		t.equal(lines.length, 400);
		t.same(await missing(dataDir, lines), []);
	}
});

test('a full disk refuses appends and loses nothing', async (t) => {
	const dataDir = freshDir(t);
	// A limit on the size of files acts like a full disk, and needs no rights (setrlimit(2), RLIMIT_FSIZE).
	const limited = ['sh', '-c', 'ulimit -S -f 3000; exec "$0" "$@"', process.execPath, child, dataDir];
	const { lines, code } = await run([...limited, 'w', '4', '0', '9000']);
	// After a file could not grow, lmdb itself now and then dies in native code; that the recorder goes on after a
	// refused append is shown in recovery.test.ts. Either way nothing that was acknowledged may be missing.
	if (code === 0) t.equal(lines.pop(), 'end');
	else {
		t.equal(code, null, 'if it ended, a signal ended it');
		// perhaps half a line
		lines.pop();
	}
	const refused = lines.filter((line) => line.startsWith('failed'));
	t.ok(refused.length > 0);
	for (const line of refused) t.match(line, /^failed ERR_RECORD_WRITE healthy=false/);
	const acknowledged = lines.filter((line) => !line.startsWith('failed'));
	t.ok(acknowledged.length > 50);
	t.same(await missing(dataDir, acknowledged), []);

	// With room again (no limit) the same sessions' store goes on.
	const again = await run([process.execPath, child, dataDir, 'later', '2', '10', '9000']);
	t.equal(again.lines.pop(), 'end');
	t.same(await missing(dataDir, again.lines), []);
});
