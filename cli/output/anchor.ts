/**
 * The anchors that GitHub gives the headings of a page, in their order: lower case, punctuation dropped, blanks as
 * hyphens, and a number where one was given already.
 */
export class Anchors {
	readonly #given = new Map<string, number>();

	next(heading: string): string {
		const slug = heading
			.trim()
			.toLowerCase()
			.replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
			.replaceAll(' ', '-');
		const times = this.#given.get(slug) ?? 0;
		this.#given.set(slug, times + 1);
		return times === 0 ? slug : `${slug}-${times}`;
	}
}
