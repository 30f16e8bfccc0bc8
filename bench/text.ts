/**
 * Words without secrets, so that nothing is masked and a reply can be compared as a whole. `size` is in bytes (ASCII).
 * The echo server and the load generator make the same text from the same size.
 */
export function prose(size: number): string {
	const sentence =
		'The quick brown fox reads the quarterly report, and the lazy dog files it under letters from the north. ';
	return sentence.repeat(Math.ceil(size / sentence.length)).slice(0, size);
}
