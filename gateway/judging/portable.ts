import { loadPolicy, type Policy } from '../../engine/policy/load.ts';
import { adoptModule, moduleOf } from '../../engine/policy/module.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import type { PortablePolicy } from './task.ts';

/** The policy with its code compiled, ready for other threads. @throws what loading it throws */
export function portable(compiled: CompiledPolicy): PortablePolicy {
	return { compiled, module: moduleOf(compiled.wasm) };
}

/** Makes it judge here. The code is not compiled again; instance and data are this thread's own. */
export function loadPortable({ compiled, module }: PortablePolicy): Policy {
	// a structured clone of a Buffer is a plain Uint8Array
	const { buffer, byteOffset, byteLength } = compiled.wasm;
	const wasm = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
	adoptModule(wasm, module);
	return loadPolicy({ ...compiled, wasm });
}
