/** Parts of the input document that are left out where no rule that is asked reads them: those that may be large. */
export const PARTS = {
	findings: 'input.findings',
	params: 'input.params',
	result: 'input.result',
	error: 'input.error',
	arguments: 'input.tool.arguments',
	recent: 'input.recent',
	client: 'input.client',
	transport: 'input.transport',
} as const;

export type Part = keyof typeof PARTS;

export const ALL_PARTS: ReadonlySet<Part> = new Set(Object.keys(PARTS) as Part[]);

/** The parts that are read by whoever reads these places (dotted prefixes such as `input.params.name`; null: not known). */
export function partsOf(reads: readonly string[] | null): ReadonlySet<Part> {
	if (reads === null) return ALL_PARTS;
	const within = (a: string, b: string) => a === b || a.startsWith(`${b}.`);
	return new Set(
		[...ALL_PARTS].filter((part) => reads.some((path) => within(path, PARTS[part]) || within(PARTS[part], path))),
	);
}
