import type { Scope, Statement } from './scope.ts';

/** Lines one after the other, each in the scope of those before it. */
export function inScope(
	scope: Scope,
	statements: readonly Statement[],
): { readonly text: string; readonly scope: Scope } {
	let inner = scope;
	const lines: string[] = [];
	for (const statement of statements) {
		const line = statement(inner);
		lines.push(line.text);
		inner = line.scope;
	}
	return { text: lines.length === 0 ? 'true' : lines.join('; '), scope: inner };
}
