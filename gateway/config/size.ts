const UNITS: Readonly<Record<string, number>> = {
	B: 1,
	KiB: 1024,
	MiB: 1024 ** 2,
	GiB: 1024 ** 3,
	TiB: 1024 ** 4,
	kB: 1000,
	MB: 1000 ** 2,
	GB: 1000 ** 3,
	TB: 1000 ** 4,
};

/** What a size looks like, as a JSON Schema pattern: `4MiB`, `512B`. */
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)$';

/** `4MiB` in bytes; undefined when it is not a size. */
export function size(text: string): number | undefined {
	const parts = new RegExp(SIZE_PATTERN).exec(text);
	if (parts === null) return undefined;
	const unit = parts[2]!;
	const bytes = Number(text.slice(0, -unit.length)) * UNITS[unit]!;
	return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Bytes in the shortest exact spelling: 4194304 is `4MiB`. */
export function spellSize(bytes: number): string {
	for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
		if (bytes !== 0 && bytes % UNITS[unit]! === 0) return `${bytes / UNITS[unit]!}${unit}`;
	}
	return `${bytes}B`;
}
