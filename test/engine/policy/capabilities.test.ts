import { readFile } from 'node:fs/promises';
import t from 'tap';
import { hostBuiltins } from '../../../engine/policy/builtins/index.ts';
import { COMPILED_AWAY, capabilities, NATIVE_BUILTINS, whyForbidden } from '../../../engine/policy/capabilities.ts';
import { COLD, openTestCompiler } from './compiler-for-tests.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

t.test('the file for other tools is what the engine has', async (t) => {
	const file = JSON.parse(await readFile(new URL('../../../engine/capabilities.json', import.meta.url), 'utf8'));
	const now = await compiler.request('capabilities', { builtins: capabilities(hostBuiltins.keys()) });
	t.strictSame(file, bare(now), 'npm run capabilities writes it');
});

function bare(value: unknown): unknown {
	return JSON.parse(
		JSON.stringify(value, (key, inner) => (/^(description|categories)$/.test(key) ? undefined : inner)),
	);
}

interface Declared {
	builtins: {
		name: string;
		decl: { args?: unknown[]; variadic?: unknown; result?: unknown };
		infix?: string;
		relation?: boolean;
	}[];
}

/** A module that calls a function with as many inputs as it takes, and the host functions it imports. */
async function hostCalls(names: readonly string[]): Promise<Record<string, number>> {
	const { builtins } = (await compiler.request('capabilities', {})) as unknown as Declared;
	const calls = names.map((name, i) => {
		const declared = builtins.find((b) => b.name === name)!;
		const args = (declared.decl.args ?? []).map((_, n) => `input.a${n}`);
		const relation = declared.relation === true;
		return relation ? `p${i} if ${name}(${args.join(', ')}, _)` : `p${i} := ${name}(${args.join(', ')})`;
	});
	const text = `package a\n\n${calls.join('\n')}\n\nall_of_them := [${names.map((_, i) => `p${i}`).join(', ')}]\n`;
	const { wasm } = await compiler.request('compile', {
		modules: [{ path: 'a.rego', text }],
		builtins: capabilities(names),
		entrypoints: ['a/all_of_them'],
	});
	return importsOf(Buffer.from(wasm, 'base64'));
}

function importsOf(wasm: Buffer): Record<string, number> {
	const memory = new WebAssembly.Memory({ initial: 100, maximum: 200 });
	const stop = () => 0;
	const env = {
		memory,
		opa_abort: stop,
		opa_println: stop,
		opa_builtin0: stop,
		opa_builtin1: stop,
		opa_builtin2: stop,
		opa_builtin3: stop,
		opa_builtin4: stop,
	};
	const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env });
	const { builtins, opa_json_dump: dump } = exports as { builtins(): number; opa_json_dump(value: number): number };
	const at = dump(builtins());
	const bytes = Buffer.from(memory.buffer);
	return JSON.parse(bytes.toString('utf8', at, bytes.indexOf(0, at)));
}

t.test('what is called native needs nothing of the host', async (t) => {
	const infixOnly = new Set(['internal.member_2', 'internal.member_3', 'internal.template_string']);
	t.same(await hostCalls(NATIVE_BUILTINS.filter((name) => !infixOnly.has(name))), {});
	t.same(
		Object.keys(await hostCalls(['time.now_ns', 'sprintf'])).sort(),
		['sprintf', 'time.now_ns'],
		'the check can tell',
	);
});

t.test('the rest of OPA is not native: nothing is closed by mistake', async (t) => {
	const { builtins } = (await compiler.request('capabilities', {})) as unknown as Declared;
	const open = new Set([...NATIVE_BUILTINS, ...COMPILED_AWAY]);
	const closed = builtins
		.map(({ name }) => name)
		.filter((name) => !open.has(name) && !/given it up|network/.test(whyForbidden(name).reason))
		.filter((name) => !name.startsWith('providers.'));
	const imported = await hostCalls(closed);
	t.same(Object.keys(imported).sort(), closed.sort());
	t.same(
		[...open].filter((name) => !builtins.some((b) => b.name === name)),
		[],
		'every name is one of OPA',
	);
});

t.test('the network is never open, whatever the host brings', async (t) => {
	const names = capabilities(['http.send', 'net.lookup_ip_addr', 'time.now_ns']);
	t.notOk(names.includes('http.send') || names.includes('net.lookup_ip_addr'));
	t.ok(names.includes('time.now_ns'));
	t.same(names, [...names].sort());
});
