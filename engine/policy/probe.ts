/** What an instrumented module calls wherever it passes (`engine/compiler/instrument.go`). */
export const PROBE = 'sluice:probe';

/** Told the number of each place that an evaluation passes. */
export type Probe = (place: number) => void;

/** `opa_number_t` of OPA's module: type, representation, and from byte 8 an integer, or the address and length of digits. */
const REPRESENTATION = 1;
const INTEGER = 1;
const VALUE = 8;

/**
 * Reads the operand of a probe where it lies, a number: it is called several times an expression, and as JSON it would
 * cost more than the evaluation.
 */
export function probeCall(probe: Probe, memory: () => Buffer): (address: number) => void {
	return (address) => {
		const bytes = memory();
		if (bytes[address + REPRESENTATION] === INTEGER) {
			probe(bytes.readUInt32LE(address + VALUE));
			return;
		}
		const digits = bytes.readUInt32LE(address + VALUE);
		const end = digits + bytes.readUInt32LE(address + VALUE + 4);
		let place = 0;
		for (let at = digits; at < end; at++) place = place * 10 + bytes[at]! - 48;
		probe(place);
	};
}
