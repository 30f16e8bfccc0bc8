/**
 * The engine as a library: judge frames under a policy, without sockets, timers or a store.
 *
 * @example
 * ```ts
 * const policy = loadPolicy(readBundle(await readFile('policy.tar.gz')));
 * const state = new SessionState(origin);
 * const read = readFrames(bytes, { limits, batches: false });
 * ```
 */
export { SluiceError } from './error.ts';
export type { Frame, FrameLimits, Kind, Party, Refusal, Scanned } from './frame/frame.ts';
export { readFrames } from './frame/read.ts';
export { type JudgeOptions, judge } from './judge.ts';
export { type Splice, splice } from './mask/splice.ts';
export type { Judgement, Label, Reason, Verdict } from './policy/judgement.ts';
export { loadPolicy, type Policy } from './policy/load.ts';
export type { CompiledPolicy } from './policy/types.ts';
export { type Replayed, rebuild, replay } from './replay.ts';
export { SessionState } from './session/state.ts';
export type { FrameFacts, Principal, SessionOrigin } from './session/types.ts';
export { type Message, messageOf, type Step, step } from './step.ts';
