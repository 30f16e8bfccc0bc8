import type { Frame } from '../../engine/frame/frame.ts';
import { BOUNDS } from '../../engine/session/bounds.ts';
import { type Declared, declaredIn, type ParamHeader } from '../param-headers.ts';

/** Which parameters of the tools that a session was shown are repeated by headers. */
export class ToolHeaders {
	readonly #tools = new Map<string, readonly ParamHeader[]>();

	readonly declared: Declared = (tool) => this.#tools.get(tool);

	/** A result of `tools/list` passed. */
	see(list: Frame): void {
		for (const [tool, headers] of declaredIn(list)) {
			if (this.#tools.size < BOUNDS.listedTools || this.#tools.has(tool)) this.#tools.set(tool, headers);
		}
	}
}
