import type { Diagnostic, PolicyFile } from '../types.ts';

/** `# sluice:ignore CODE reason…` */
interface Ignore {
	readonly file: string;
	readonly row: number;
	readonly col: number;
	readonly code: string;
	readonly reason: string;
	/** Nothing but the comment stands on the line: it speaks of the next one that is no comment. */
	readonly speaksOf: number;
}

const COMMENT = /#\s*sluice:ignore\b[ \t]*(\S*)[ \t]*(.*)$/;

/**
 * Takes out the warnings and notes that a comment of the policy answers, on the line itself or on one above it. Errors
 * stay. A comment without a reason answers nothing, and one that answers nothing is itself noted.
 */
export function withoutIgnored(diagnostics: readonly Diagnostic[], files: readonly PolicyFile[]): Diagnostic[] {
	const ignores = files.flatMap(ignoresOf);
	if (ignores.length === 0) return [...diagnostics];
	const used = new Set<Ignore>();
	const left = diagnostics.filter((diagnostic) => {
		const { place, level, code } = diagnostic;
		if (place === undefined || level === 'error') return true;
		const answers = ignores.filter(
			(one) => one.reason !== '' && one.code === code && one.file === place.file && one.speaksOf === place.row,
		);
		for (const one of answers) used.add(one);
		return answers.length === 0;
	});
	return [...left, ...ignores.filter((one) => !used.has(one)).map((one) => idle(one, diagnostics))];
}

function ignoresOf({ path, text }: PolicyFile): Ignore[] {
	if (!text.includes('sluice:ignore')) return [];
	const lines = text.split(/\r?\n/);
	return lines.flatMap((line, index) => {
		const found = COMMENT.exec(line);
		if (found === null) return [];
		let speaksOf = index;
		if (line.slice(0, found.index).trim() === '') {
			do speaksOf++;
			while (speaksOf < lines.length - 1 && /^\s*(#|$)/.test(lines[speaksOf]!));
		}
		const [, code = '', reason = ''] = found;
		const col = found.index + 1;
		return [{ file: path, row: index + 1, col, code, reason: reason.trim(), speaksOf: speaksOf + 1 }];
	});
}

function idle(one: Ignore, diagnostics: readonly Diagnostic[]): Diagnostic {
	const { file, row, col, code, reason, speaksOf } = one;
	const at = { level: 'note', place: { file, row, col } } as const;
	if (code !== '' && reason === '') {
		const message = `\`${code}\` is ignored without a reason, so it is not ignored`;
		return { ...at, code: 'LINT_IGNORE_REASON', message, help: `write \`# sluice:ignore ${code} why it is no fault\`` };
	}
	const isError = diagnostics.some(
		({ level, code: other, place }) =>
			level === 'error' && other === code && place?.file === file && place.row === speaksOf,
	);
	return {
		...at,
		code: 'LINT_IGNORE_UNUSED',
		message: isError ? `\`${code}\` is an error, which cannot be ignored` : 'this comment ignores nothing',
		help: isError ? 'mend what it names' : 'remove it, or correct its code: `# sluice:ignore CODE reason`',
	};
}
