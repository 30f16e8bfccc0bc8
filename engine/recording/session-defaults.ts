import type { Splice } from '../mask/splice.ts';
import type { Label, Reason } from '../policy/judgement.ts';
import type { Principal } from '../session/types.ts';
import type { CandidateVerdict } from './lines.ts';
import type { Json } from './session-shapes.ts';

/** Who a session belongs to when its file does not say. */
export const ANONYMOUS: Principal = {
	id: 'anonymous',
	kind: 'anonymous',
	issuer: 'sluice',
	groups: [],
	scopes: [],
	claims: {},
};

export function wholePrincipal(given: Json): Principal {
	return { ...ANONYMOUS, kind: given.id === 'anonymous' ? 'anonymous' : 'agent', ...given };
}

export function wholeReasons(given: unknown): Reason[] {
	return (given as Partial<Reason>[]).map((reason) => ({ ...reason, level: reason.level ?? 'enforce' }) as Reason);
}

export function candidateOf({ candidate }: Json): { candidate?: CandidateVerdict } {
	if (candidate === undefined) return {};
	const { reasons, splices, ...rest } = candidate as CandidateVerdict;
	return {
		candidate: {
			...rest,
			...(reasons === undefined ? {} : { reasons: wholeReasons(reasons) }),
			...(splices === undefined ? {} : { splices: splices.map(wholeSplice) }),
		},
	};
}

/** A splice, whose place is all that a hand-written line has to give. */
export function wholeSplice(given: Partial<Splice>): Splice {
	return { start: 0, end: 0, replacement: '', pointer: '', what: 'edited', ...given };
}

export function wholeLabels(given: unknown): Label[] {
	return (given as Partial<Label>[]).map(
		(label) => ({ ...label, rule: label.rule ?? '', scope: label.scope ?? 'session' }) as Label,
	);
}

export function pick<K extends string>(value: Json, keys: readonly K[]): { [P in K]?: never } {
	return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]])) as never;
}

/** `started_ns` as it is spelled: Unix time in ns does not fit a double. */
export function sourceOfStart(text: string): string | undefined {
	const sources = new Map<unknown, string | undefined>();
	const value: unknown = JSON.parse(text, function (
		this: unknown,
		key: string,
		inner: unknown,
		context?: { source?: string },
	) {
		if (key === 'started_ns') sources.set(this, context?.source);
		return inner;
	} as (key: string, value: unknown) => unknown);
	return sources.get(value);
}

/** `wire-transfer.session.jsonl` → `wire-transfer` */
export function stem(name: string): string {
	const base = name.split(/[\\/]/).at(-1) ?? name;
	return (
		base
			.replace(/\.gz$/, '')
			.replace(/\.jsonl$/, '')
			.replace(/\.session$/, '') || 'session'
	);
}
