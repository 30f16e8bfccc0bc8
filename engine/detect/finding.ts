/** A secret or a piece of personal data in a frame. */
export interface Finding {
	/** `secret/<kind>` or `pii/<kind>` */
	readonly type: string;
	/** JSON Pointer (RFC 6901) from the root of the message, e.g. `/result/content/0/text`. */
	readonly pointer: string;
	/** Unicode code points in the decoded string, `end` exclusive (as Rego's `substring` counts). */
	readonly start: number;
	readonly end: number;
	/** true: in the key of the member that `pointer` names, not in its value. */
	readonly key?: true;
}
