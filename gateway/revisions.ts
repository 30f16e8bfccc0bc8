/** Revisions that begin a session with `initialize` (MCP "legacy"). */
export const HANDSHAKE_REVISIONS: ReadonlySet<string> = new Set([
	'2024-11-05',
	'2025-03-26',
	'2025-06-18',
	'2025-11-25',
]);

/** Revisions whose every request says in `_meta` what it speaks (MCP "modern"). */
export const ENVELOPE_REVISIONS: ReadonlySet<string> = new Set(['2026-07-28']);

/** All that the gateway can judge, latest first. */
export const REVISIONS: readonly string[] = [...HANDSHAKE_REVISIONS, ...ENVELOPE_REVISIONS].reverse();
