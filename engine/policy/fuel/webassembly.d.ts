/** Merges with the declaration of the engine: what metering needs besides (W3C WebAssembly JavaScript Interface). */
declare namespace WebAssembly {
	/** §5.5 */
	interface Global {
		value: number;
	}
	/** §4: whether a module is valid, all its functions included. */
	function validate(bytes: Uint8Array): boolean;
}
