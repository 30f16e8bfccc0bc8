/** What stands in `WWW-Authenticate` (RFC 6750 §3, RFC 9728 §5.1). */
export interface Challenge {
	readonly error?: 'invalid_token' | 'insufficient_scope';
	readonly description?: string;
	/** Where the client finds out who gives tokens; absent: nobody but the operator does. */
	readonly resourceMetadata?: string | undefined;
	readonly scopes?: readonly string[];
}

/** The header's value. */
export function spellChallenge({ error, description, resourceMetadata, scopes = [] }: Challenge): string {
	const parameters: [string, string | undefined][] = [
		['realm', 'sluice'],
		['error', error],
		['error_description', error === undefined ? undefined : description],
		['scope', scopes.length === 0 ? undefined : scopes.join(' ')],
		['resource_metadata', resourceMetadata],
	];
	const said = parameters.filter(([, value]) => value !== undefined && value !== '');
	return `Bearer ${said.map(([name, value]) => `${name}="${value!.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '')}"`).join(', ')}`;
}
