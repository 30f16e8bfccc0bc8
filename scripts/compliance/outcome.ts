/** What became of a case. */
export type Outcome =
	| { readonly kind: 'pass' }
	/** It needs built-in functions that the engine does not have. */
	| { readonly kind: 'gap'; readonly missing: readonly string[] }
	| { readonly kind: 'fail'; readonly why: string; readonly want: string; readonly got: string }
	| { readonly kind: 'not compiled'; readonly why: string };

/** A case and what became of it. */
export interface CaseResult {
	readonly family: string;
	readonly file: string;
	/** The note, made unique in its family. */
	readonly id: string;
	readonly query: string;
	readonly input?: string;
	readonly outcome: Outcome;
}

/** In few words, without values. */
export function summary(outcome: Outcome): string {
	switch (outcome.kind) {
		case 'pass':
			return 'pass';
		case 'gap':
			return `gap: ${outcome.missing.join(', ')}`;
		case 'fail':
		case 'not compiled':
			return `${outcome.kind}: ${outcome.why}`;
	}
}
