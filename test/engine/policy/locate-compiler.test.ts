import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import {
	build,
	builtProgram,
	COMPILER_SOURCES,
	compilerHash,
	locateCompiler,
	OPA_VERSION,
} from '../../../engine/policy/locate-compiler.ts';
import { COLD } from './compiler-for-tests.ts';

t.setTimeout(COLD);

const TINY = {
	'go.mod': 'module tiny\n\ngo 1.26\n',
	'main.go': 'package main\n\nfunc main() { println("hello") }\n',
};

t.test('the pinned version is that of go.mod', async (t) => {
	const mod = readFileSync(join(COMPILER_SOURCES, 'go.mod'), 'utf8');
	t.match(mod, `github.com/open-policy-agent/opa v${OPA_VERSION}\n`);
});

t.test('SLUICE_COMPILER comes first', async (t) => {
	const dir = t.testdir({ mine: '#!/bin/sh\n', 'plain.txt': '' });
	chmodSync(join(dir, 'mine'), 0o755);
	const places = { cacheDir: dir, sources: COMPILER_SOURCES };
	const found = await locateCompiler({ ...places, env: { SLUICE_COMPILER: join(dir, 'mine') } });
	t.same(found.command, [join(dir, 'mine')]);
	await t.rejects(locateCompiler({ ...places, env: { SLUICE_COMPILER: join(dir, 'plain.txt') } }), {
		code: 'ERR_COMPILER_MISSING',
		message: /plain\.txt/,
	});
	const wasi = await locateCompiler({ ...places, env: { SLUICE_COMPILER: join(dir, 'other.wasm') } });
	t.equal(wasi.command.at(-1), join(dir, 'other.wasm'));
	t.equal(wasi.command[0], process.execPath);
});

t.test('one that was built from these sources is taken, not built again', async (t) => {
	const dir = t.testdir({ go: TINY, cache: { compiler: {} } });
	const sources = join(dir, 'go');
	const built = builtProgram(join(dir, 'cache'), await compilerHash(sources));
	writeFileSync(built, '', { mode: 0o755 });
	const places = { env: { PATH: '/nowhere' }, cacheDir: join(dir, 'cache'), sources };
	t.same((await locateCompiler(places)).command, [built]);
	writeFileSync(join(sources, 'main.go'), 'package main\n\nfunc main() {}\n');
	await t.rejects(locateCompiler(places), { code: 'ERR_COMPILER_MISSING' }, 'other sources, other program');
});

t.test('otherwise it is built, with progress; two at once do not meet', async (t) => {
	const dir = t.testdir({ go: TINY });
	const lines: string[] = [];
	const places = {
		env: { ...process.env, SLUICE_COMPILER: undefined, GOOS: 'plan9', GOFLAGS: '-mod=vendor' },
		cacheDir: join(dir, 'cache'),
		sources: join(dir, 'go'),
		progress: (line: string) => lines.push(line),
	};
	const [one, two] = await Promise.all([locateCompiler(places), locateCompiler(places)]);
	t.same(one, two);
	t.match(lines[0], /building the policy compiler/);
	t.equal(readdirSync(dirname(one.command[0])).length, 1, 'nothing half-built stays');
});

t.test('without Go the WASI build is taken, and without that the ways out are told', async (t) => {
	const dir = t.testdir({ go: TINY, 'other.wasm': '' });
	const places = { env: { PATH: '/nowhere' }, cacheDir: join(dir, 'cache'), sources: join(dir, 'go') };
	const wasi = await locateCompiler({ ...places, wasi: join(dir, 'other.wasm') });
	t.equal(wasi.command.at(-1), join(dir, 'other.wasm'));
	await t.rejects(locateCompiler(places), {
		code: 'ERR_COMPILER_MISSING',
		message: /Go is not installed/,
		help: /install Go.*SLUICE_COMPILER.*sluice build/,
	});
});

t.test('what Go says of a failed build is passed on', async (t) => {
	const dir = t.testdir({ ...TINY, 'main.go': 'package main\n\nfunc main() { nothing() }\n' });
	t.match(await build(dir, join(dir, 'out', 'x'), { env: process.env }), /undefined: nothing/);
	t.same(readdirSync(join(dir, 'out')), []);
});
