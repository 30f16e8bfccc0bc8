import type { Finding } from '../detect/finding.ts';
import type { Splice } from '../mask/splice.ts';

/** Contract §1: `deny` > `hold` > `mask` > `allow`. */
export type Verdict = 'allow' | 'mask' | 'hold' | 'deny';

/** The partial sets that a rule package may define (contract §2). */
export type RuleSet = 'deny' | 'hold' | 'mask' | 'warn' | 'label';

export type Level = 'enforce' | 'shadow' | 'off';

/** What a mask does to what it covers, weakest first. `replace` counts as `redact` when merged. */
export type MaskOp = 'partial' | 'hash' | 'redact' | 'replace' | 'remove';

/** One member of one rule's set, with what METADATA and configuration say of the rule. */
export interface Reason {
	/**
	 * `warn` also where a shadow level or an exception turned a stronger set into a warning; then `was` has it. `mask` that
	 * `was` a deny: of a listed tool, which is taken out of the list.
	 */
	readonly set: Exclude<RuleSet, 'label'>;
	readonly was?: 'deny' | 'hold' | 'mask';
	/** `<category>/<name>`; the engine's own reasons have none. */
	readonly rule: string;
	readonly level: Level;
	readonly title?: string;
	readonly severity?: string;
	readonly message: string;
	/** hold */
	readonly approvers?: readonly string[];
	readonly quorum?: number;
	readonly timeout?: string;
	readonly grant?: string;
	/** mask */
	readonly path?: string;
	readonly finding?: string;
	readonly op?: MaskOp;
	readonly with?: unknown;
	/** Of a frame that stands in the judged one: the judged one's method, and the JSON Pointer to it there. */
	readonly embedded_in?: string;
	readonly pointer?: string;
	/** The tool that is not listed. */
	readonly tool?: string;
	/** The exception of `data.config.exceptions` that turned this into a warning. */
	readonly excepted?: { readonly until: string; readonly reason: string; readonly by?: string };
}

export interface Label {
	readonly label: string;
	readonly rule: string;
	readonly scope: 'session' | 'principal';
	/** How long it sticks, ns; absent: as long as its scope. */
	readonly forNs?: number;
}

/** What must happen before a held frame may go on: every reason on its own (contract §1). */
export interface HoldTerms {
	readonly demands: readonly HoldDemand[];
	/** The shortest of all, ns; absent: the configured default. */
	readonly timeoutNs?: number;
	readonly grantNs?: number;
}

export interface HoldDemand {
	readonly rule: string;
	readonly message: string;
	/** `group:x`, `user:x`; empty: anybody with the role approver. */
	readonly approvers: readonly string[];
	/** Distinct humans. */
	readonly quorum: number;
}

/** What the policy says of one frame, and what that does to its bytes. */
export interface Judgement {
	readonly verdict: Verdict;
	/** Why the engine itself said deny (`ERR_…`), when it was not a rule. */
	readonly code?: string;
	/** What went wrong in the engine, when `code` is there. For the record and the operator, not for the client. */
	readonly message?: string;
	readonly reasons: readonly Reason[];
	readonly labels: readonly Label[];
	/** All findings the policy could see; empty when no rule reads findings. */
	readonly findings: readonly Finding[];
	/** How the delivered bytes differ from the received ones, if it is delivered. */
	readonly splices: readonly Splice[];
	/** Masked `structuredContent` does not fit the tool's `outputSchema` any more: where, and which rules masked. */
	readonly misfit?: { readonly pointer: string; readonly rules: readonly string[] };
	/** Present when the verdict is `hold`. */
	readonly hold?: HoldTerms;
	/** Revision of the policy that judged. */
	readonly revision: string;
}
