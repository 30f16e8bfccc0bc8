/**
 * What `JSON.parse` complained about, without the piece of text that V8 quotes: it may be a secret (contract §8).
 * Where the text is short, the whole of it is quoted.
 */
export function whyNotJson(thrown: unknown): string {
	const message = thrown instanceof Error ? thrown.message : 'unreadable';
	return message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, '').replace(/^JSON\.parse: /, '');
}
