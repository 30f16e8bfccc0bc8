/**
 * The engine as a library, `sluice/engine`: everything else in this folder may change without notice.
 * `docs/engine.md` explains it, `examples/engine/` uses it.
 */
export { type Decided, Engine, type EngineOptions } from './engine.ts';
export type { Caller, EngineSession, Judged, ReceivedFrame, SessionOptions } from './engine-session.ts';
export { SluiceError } from './error.ts';
export type { Party, Refusal } from './frame/frame.ts';
export type { Splice } from './mask/splice.ts';
export { EvaluationFailure } from './policy/abi.ts';
export type { FolderOptions } from './policy/compile-folder.ts';
export type { HoldTerms, Judgement, Label, Reason, Verdict } from './policy/judgement.ts';
export { DEFAULT_LIMITS, type EvaluationLimits } from './policy/limits.ts';
export { PolicyError } from './policy/policy-error.ts';
export type { CompiledPolicy, RuleInfo } from './policy/types.ts';
