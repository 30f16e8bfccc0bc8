import type { AcceptedTool, FindingCover, PinnedTool, ToolDefinitions } from './ports.ts';
import { rfc3339 } from './rfc3339.ts';

/** A tool of a server as the API and `sluice tools list` say it. */
export interface ToolView {
	readonly server: string;
	readonly tool: string;
	readonly status: 'same' | 'changed' | 'new' | 'vanished';
	readonly pinned?: PinView;
	/** As it was listed last; `at` is as good as a minute. */
	readonly seen?: { readonly hash: string; readonly at: string; readonly session: string };
}

/** Times are RFC 3339. */
export interface PinView {
	readonly hash: string;
	/** When it was shown first. */
	readonly at?: string;
	/** The session that showed it first. */
	readonly session: string;
	/** Who took it for good, and when; absent: it was merely the first. */
	readonly accepted?: { readonly by: { readonly issuer: string; readonly id: string }; readonly at: string };
}

/** A definition as it may be shown: every finding masked. */
export interface DefinitionView {
	/** Bytes of the definition. */
	readonly length: number;
	/** JSON in its canonical order; absent: it is too long to be kept, or cannot be searched for secrets. */
	readonly text?: string;
	/** Detector types that are masked in it. */
	readonly covered?: readonly string[];
}

/** One tool as the API and `sluice tools show` say it. */
export interface ToolDefinitionView extends ToolView {
	/** Its text where somebody kept it. */
	readonly definitions: { readonly pinned?: DefinitionView; readonly seen?: DefinitionView };
}

export type AcceptedView = AcceptedTool;

export function viewTool({ server, tool, status, pin, seen }: PinnedTool): ToolView {
	return {
		server,
		tool,
		status,
		...(pin === undefined ? {} : { pinned: viewPin(pin) }),
		...(seen === undefined ? {} : { seen: { hash: seen.hash, at: rfc3339(seen.at), session: seen.session } }),
	};
}

export function viewDefinitions(found: ToolDefinitions, cover: FindingCover): ToolDefinitionView {
	const { pinnedText, seenText } = found;
	return {
		...viewTool(found),
		definitions: {
			...(pinnedText === undefined ? {} : { pinned: viewDefinition(pinnedText, cover) }),
			...(seenText === undefined ? {} : { seen: viewDefinition(seenText, cover) }),
		},
	};
}

function viewPin({ hash, at, session, accepted }: NonNullable<PinnedTool['pin']>): PinView {
	return {
		hash,
		...(at === undefined ? {} : { at: rfc3339(at) }),
		session,
		...(accepted === undefined ? {} : { accepted: { by: accepted.by, at: rfc3339(accepted.at) } }),
	};
}

/** A list with nothing but the definition: findings are looked for where the policy looks. */
const HEAD = '{"jsonrpc":"2.0","id":0,"result":{"tools":[';
const TAIL = ']}}';

function viewDefinition(
	{ length, text }: NonNullable<ToolDefinitions['seenText']>,
	cover: FindingCover,
): DefinitionView {
	const covered = text === undefined ? undefined : cover.frame(Buffer.from(HEAD + text + TAIL));
	if (covered === undefined) return { length };
	return {
		length,
		text: covered.text.slice(HEAD.length, -TAIL.length),
		...(covered.types.length === 0 ? {} : { covered: covered.types }),
	};
}
