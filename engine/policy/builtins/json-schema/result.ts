/** What is wrong with a document, as OPA tells it. */
export interface SchemaError {
	readonly type: string;
	/** Names and indexes from the root, with dots between them; `(Root)` for the document itself. */
	readonly field: string;
	readonly desc: string;
}

const ROOT = '(Root)';

/** The errors of a part of a document, and a score that says how close it came. */
export class Result {
	readonly path: string;
	readonly errors: SchemaError[];
	readonly #score: { value: number };

	/** `of`: writes into that result, of which this one is a part. */
	constructor(path: string = ROOT, of?: Result) {
		this.path = path;
		this.errors = of?.errors ?? [];
		this.#score = of === undefined ? { value: 0 } : of.#score;
	}

	get score(): number {
		return this.#score.value;
	}

	set score(value: number) {
		this.#score.value = value;
	}

	get valid(): boolean {
		return this.errors.length === 0;
	}

	get field(): string {
		return this.path.startsWith(`${ROOT}.`) ? this.path.slice(ROOT.length + 1) : this.path;
	}

	pathTo(name: string): string {
		return `${this.path}.${name}`;
	}

	at(name: string): Result {
		return new Result(this.pathTo(name), this);
	}

	add(type: string, desc: string): void {
		this.errors.push({ type, field: this.field, desc });
		this.score -= 2;
	}

	merge(other: Result | undefined): void {
		if (other === undefined) return;
		this.errors.push(...other.errors);
		this.score += other.score;
	}
}
