export interface Flags {
	/** Those of `-+# 0` that are set. */
	readonly set: string;
	readonly width?: number;
	readonly precision?: number;
	/** `%#v` */
	readonly goSyntax?: boolean;
}

/** To the width; zeros only to the left. */
export function pad(text: string, { set, width = 0 }: Flags): string {
	const missing = width - [...text].length;
	if (missing <= 0) return text;
	if (set.includes('-')) return text + ' '.repeat(missing);
	return (set.includes('0') ? '0' : ' ').repeat(missing) + text;
}
