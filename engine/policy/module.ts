import { meter } from './fuel/meter.ts';

const modules = new WeakMap<Uint8Array, WebAssembly.Module>();

/**
 * The metered module of `wasm` (as OPA compiled it), made once for these very bytes: policies that differ in data share
 * it, and what V8 has optimised of it.
 */
export function moduleOf(wasm: Uint8Array): WebAssembly.Module {
	let module = modules.get(wasm);
	if (module === undefined) {
		module = new WebAssembly.Module(meter(wasm));
		modules.set(wasm, module);
	}
	return module;
}

/** `module` is the metered module of these very bytes: another thread has made it, and compiled code is shared. */
export function adoptModule(wasm: Uint8Array, module: WebAssembly.Module): void {
	modules.set(wasm, module);
}
