import { TestBook } from '../../../engine/policy/test-book.ts';

/** A book for each policy folder that is watched. */
export class TestBooks {
	readonly #books = new Map<string, TestBook>();

	/** That of a folder. */
	of(folder: string): TestBook {
		const book = this.#books.get(folder) ?? new TestBook();
		this.#books.set(folder, book);
		return book;
	}

	/** How many unit tests ran since it was last asked, in words; undefined: none was left out. */
	said(): string | undefined {
		const counts = [...this.#books.values()].map((book) => book.count());
		const ran = counts.reduce((sum, count) => sum + count.ran, 0);
		const all = counts.reduce((sum, count) => sum + count.all, 0);
		return ran >= all ? undefined : `unit tests: ${ran} of ${all} ran again, nothing that the others read has changed`;
	}
}
