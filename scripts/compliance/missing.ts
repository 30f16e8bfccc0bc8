import type { OpaExports } from '../../engine/policy/abi.ts';
import { hostBuiltins } from '../../engine/policy/builtins/index.ts';

/** Built-in functions that a module may ask its host for and that the engine does not have; sorted. */
export function missingBuiltins(module: WebAssembly.Module): string[] {
	const memory = new WebAssembly.Memory({ initial: 96, maximum: 256 });
	const refuse = (): never => {
		throw new Error('only asked for its names');
	};
	const env: Record<string, unknown> = { memory, opa_abort: refuse, opa_println: refuse };
	for (const arity of [0, 1, 2, 3, 4]) env[`opa_builtin${arity}`] = refuse;
	const exports = new WebAssembly.Instance(module, { env }).exports as unknown as OpaExports;
	const address = exports.opa_json_dump(exports.builtins());
	const bytes = Buffer.from(memory.buffer);
	const names = JSON.parse(bytes.toString('utf8', address, bytes.indexOf(0, address))) as Record<string, number>;
	return Object.keys(names)
		.filter((name) => !hostBuiltins.has(name))
		.sort();
}
