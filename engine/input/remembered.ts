/**
 * The JSON text of the object it was asked about last is remembered: who calls, on which server, and what was found are
 * the same object from frame to frame, or from policy to policy, and are never changed.
 */
export class RememberedJson {
	#object: object | undefined;
	#text = '';

	of(object: object): string {
		if (this.#object !== object) {
			this.#text = JSON.stringify(object);
			this.#object = object;
		}
		return this.#text;
	}
}
