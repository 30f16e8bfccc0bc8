import type { JsonNode } from '../frame/json.ts';
import type { Step } from './protected.ts';
import { type Skeleton, skeletonOf, skeletonOfPart } from './skeleton.ts';

/** Where an embedded frame stands in its carrier, and how its own pointers and the carrier's translate. */
export class Place {
	/** Keys and indexes from the carrier's root down to it. */
	readonly from: readonly Step[];
	/** What stands there is this part of the embedded frame; empty: the whole message. */
	readonly to: readonly [] | readonly ['params' | 'result' | 'error'];
	/** What stands there. */
	readonly node: JsonNode;
	/** The method of the embedded frame, if it is a request. */
	readonly method: string | undefined;
	/** Byte offsets of the key that it stands under, where its sender chose that. */
	readonly key: { readonly start: number; readonly end: number } | undefined;
	#skeleton: Skeleton | undefined;

	constructor(
		from: readonly Step[],
		to: Place['to'],
		node: JsonNode,
		more: { method?: string; key?: Place['key'] } = {},
	) {
		this.from = from;
		this.to = to;
		this.method = more.method;
		this.key = more.key;
		this.node = node;
	}

	/** JSON Pointer to it in the carrier. */
	get pointer(): string {
		return pointerOf(this.from);
	}

	/** What paths of its masks are located in. */
	get skeleton(): Skeleton {
		const [part] = this.to;
		const node = this.node;
		this.#skeleton ??=
			part !== undefined ? skeletonOfPart(part, node) : node.type === 'object' ? skeletonOf(node) : true;
		return this.#skeleton;
	}

	/** Steps within the embedded frame as steps of the carrier. */
	carried(own: readonly string[]): readonly Step[] {
		return [...this.from, ...own.slice(this.to.length)];
	}

	/** Steps of the carrier as steps within the embedded frame; undefined: they lead elsewhere. */
	own(carried: readonly Step[]): readonly Step[] | undefined {
		const { from } = this;
		if (carried.length < from.length || from.some((step, i) => `${step}` !== `${carried[i]}`)) return undefined;
		return [...this.to, ...carried.slice(from.length)];
	}
}

/** RFC 6901 §3 */
export function pointerOf(steps: readonly Step[]): string {
	return steps.map((step) => `/${`${step}`.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The steps of a JSON Pointer (RFC 6901 §4). */
export function stepsOf(pointer: string): readonly string[] {
	const steps = pointer.split('/').slice(1);
	return pointer.includes('~') ? steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) : steps;
}
