import type { AskedSnapshot } from './asked.ts';
import type { CallsSnapshot } from './calls.ts';
import type { Spoken } from './effect.ts';
import type { LabelEntries } from './labels.ts';
import type { RequestsSnapshot } from './requests.ts';
import type { TasksSnapshot } from './tasks.ts';
import type { ToolsSnapshot } from './tools.ts';
import type { ClientIdentity } from './types.ts';

/**
 * The facts of a session at one `seq`, as plain JSON. With the session's header and the lines after `seq` it gives the
 * facts of today; it is a short cut and no evidence, and may be thrown away at any time.
 *
 * `version` is one more whenever what stands in it, or how the reducer gets there, has changed; a snapshot of another
 * version is not used.
 */
export interface SessionSnapshot {
	readonly version: 2;
	readonly session: string;
	readonly seq: number;
	/** ns since the session's start */
	readonly t: number;
	readonly client?: ClientIdentity;
	readonly protocol?: string;
	/** As the last envelope of a client said (2026-07-28 on). */
	readonly envelope?: Spoken;
	readonly labels: LabelEntries;
	readonly principal_labels: LabelEntries;
	readonly calls: CallsSnapshot;
	readonly requests: RequestsSnapshot;
	readonly tools: ToolsSnapshot;
	readonly tasks: TasksSnapshot;
	readonly asked: AskedSnapshot;
	/** Pins that came into force since the session began: tool name, hash. */
	readonly pins: readonly (readonly [string, string])[];
}

export const SNAPSHOT_VERSION: SessionSnapshot['version'] = 2;
