/** What one evaluation may use. */
export interface EvaluationLimits {
	/**
	 * Units of fuel: rounds of loops and entries of functions in the module. Not a clock, so that a verdict does not
	 * depend on the machine.
	 */
	readonly fuel: number;
	/** Memory of a policy's instance, bytes, its data included: fixed when it is made, so that it never grows. */
	readonly memory: number;
}

/** How much fuel stands for a millisecond (`limits.evaluation`): `npm run bench:engine` prints what a unit really took. */
export const FUEL_PER_MS = 100_000;

/** `limits.evaluation: 50ms`, about a hundred times what 25 rules need; `limits.memory: 128MiB`. */
export const DEFAULT_LIMITS: EvaluationLimits = { fuel: 50 * FUEL_PER_MS, memory: 128 * 1024 * 1024 };

/** Reading costs by the byte, and how large an input may be has a limit of its own. */
const FUEL_PER_BYTE = 8;

/** An instance counts in 32 bits. */
const MOST = 2 ** 31 - 1;

/** Fuel of an evaluation of an input with so many bytes. */
export function fuelFor(fuel: number, inputBytes: number): number {
	return Math.min(MOST, Math.ceil(fuel + FUEL_PER_BYTE * inputBytes));
}

/** Fuel of what a module does before its first evaluation: the more data, the more to read. Bounded, but not by a policy's limit. */
export const LOAD_FUEL = MOST;
