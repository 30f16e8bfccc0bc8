import type { SessionPlace } from './place.ts';
import type { Known, PlaceTally, PortablePolicy, Task } from './task.ts';
import type { SentError } from './thread-errors.ts';

/** What a thread is started with. */
export interface ThreadData {
	readonly task: Task;
	/** One 32-bit number; not 0: nobody wants the result any more. */
	readonly stop: SharedArrayBuffer;
}

export type ToThread =
	| { readonly type: 'judge'; readonly place: SessionPlace; readonly known: Known }
	| { readonly type: 'policy'; readonly revision: string | undefined; readonly policy: PortablePolicy }
	| { readonly type: 'no policy'; readonly revision: string | undefined; readonly error: SentError }
	| { readonly type: 'end' };

export type FromThread =
	| { readonly type: 'judged'; readonly result: PlaceTally<never> }
	| { readonly type: 'failed'; readonly error: SentError }
	/** Whoever has the revision answers with `policy` or `no policy`. */
	| { readonly type: 'asks'; readonly revision: string | undefined };
