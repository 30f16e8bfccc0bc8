/** The part of the WebAssembly JavaScript Interface (W3C) that the engine uses; Node has it, TypeScript's DOM library is not wanted here. */
declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array);
	}
	class Instance {
		constructor(module: Module, imports: Record<string, Record<string, unknown>>);
		readonly exports: Record<string, unknown>;
	}
	class Memory {
		constructor(descriptor: { initial: number; maximum: number });
		readonly buffer: ArrayBuffer;
	}
	class RuntimeError extends Error {}
}
