import { randomBytes } from 'node:crypto';
import { EngineSession, type SessionOptions } from './engine-session.ts';
import type { FrameLimits } from './frame/frame.ts';
import { DEFAULT_LIMITS as FRAME_LIMITS } from './frame/limits.ts';
import { readDocument } from './input/document.ts';
import { judgeInput } from './judge.ts';
import { readBundle } from './policy/bundle.ts';
import { compileFolder, type FolderOptions } from './policy/compile-folder.ts';
import type { Judgement } from './policy/judgement.ts';
import { DEFAULT_LIMITS, type EvaluationLimits } from './policy/limits.ts';
import { loadPolicy, type Policy } from './policy/load.ts';
import { verifyKey } from './policy/signing/keys.ts';
import type { CompiledPolicy, RuleInfo } from './policy/types.ts';
import { warmUp } from './warm-up.ts';

/** What an engine may use, and what it cannot know by itself; everything has a default, that of `sluice.yaml`. */
export interface EngineOptions {
	/** Fuel (units) of one evaluation and memory (bytes) of the policy's instance; default about 50 ms and 128 MiB. */
	readonly evaluation?: Partial<EvaluationLimits>;
	/** Largest policy input, bytes; a larger one is `ERR_EVALUATION_INPUT_SIZE`. Default 4 MiB. */
	readonly inputLimit?: number;
	/** Size (bytes), nesting (levels) and members of one frame; default 16 MiB, 128, 100 000. */
	readonly frame?: Partial<FrameLimits>;
	/** Requests of one side of a session that may wait for an answer; default 64, never more than 4096. */
	readonly inFlight?: number;
	/**
	 * 32 bytes: equal values get equal tags from the mask operation `hash` under one key. Default: a random key, so that
	 * tags of two engines cannot be compared. The one thing here that is not the same each time, and no verdict depends on it.
	 */
	readonly hashKey?: Uint8Array;
}

/** What a policy says of an input document. Masks are among the reasons; there are no bytes to put them into. */
export type Decided = Pick<Judgement, 'verdict' | 'code' | 'message' | 'reasons' | 'labels' | 'hold' | 'revision'>;

/**
 * One policy, ready to judge: the engine of the gateway, `sluice test` and `sluice replay`, without sockets, clock or
 * store. Synchronous; one per thread and policy; sessions share it.
 *
 * @example
 * ```ts
 * import { Engine } from 'sluice/engine';
 *
 * const engine = await Engine.compile('policies', { env: process.env });
 * const session = engine.session({ id: 's1', startedNs: 1_760_000_000_000_000_000n, server: 'files' });
 * const bytes = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bash"}}');
 * const { verdict, reasons } = session.frame({ from: 'client', bytes, t: 0 });
 * console.log(verdict, reasons[0]?.rule); // deny shell/closed
 * ```
 */
export class Engine {
	readonly #policy: Policy;
	readonly #options: Required<Omit<EngineOptions, 'evaluation' | 'frame'>> & { frame: FrameLimits; hashKey: Buffer };

	/**
	 * Over a policy that is compiled already. Nothing has been judged with it yet: see `warmUp`.
	 *
	 * @throws {SluiceError} `ERR_POLICY_CONFIG` when its data is wrong, `ERR_MODULE_…` when its module cannot be bounded
	 * @throws {EvaluationFailure} `ERR_EVALUATION_…` when module and data do not load within the limits
	 */
	constructor(compiled: CompiledPolicy, options: EngineOptions = {}) {
		const { inputLimit = 4 * 1024 * 1024, inFlight = 64, hashKey = randomBytes(32) } = options;
		if (hashKey.length !== 32) throw new RangeError('`hashKey` has 32 bytes');
		this.#policy = loadPolicy(compiled, { ...DEFAULT_LIMITS, ...options.evaluation });
		const frame = { ...FRAME_LIMITS, ...options.frame };
		this.#options = { inputLimit, inFlight, frame, hashKey: Buffer.from(hashKey) };
	}

	/**
	 * From a bundle that `sluice build` made: a path, or its bytes. Needs no compiler. `key`: PEM of the public key or
	 * certificate that it must be signed with; without one, only a bundle that is not signed loads.
	 *
	 * @throws {SluiceError} `ERR_BUNDLE_…`, `ERR_VERIFY_KEY`, `ERR_POLICY_WARM_UP`, and as the constructor
	 */
	static async load(
		bundle: string | Uint8Array,
		options: EngineOptions & { readonly key?: string | Buffer } = {},
	): Promise<Engine> {
		const { key, ...rest } = options;
		const file = typeof bundle === 'string' ? bundle : Buffer.from(bundle);
		const compiled = await readBundle(file, key === undefined ? undefined : verifyKey(key, 'key'));
		return new Engine(compiled, rest).warmUp();
	}

	/**
	 * From a folder with Rego and data. Needs the policy compiler, which Go builds once, and which is not started for what
	 * was compiled before.
	 *
	 * @throws {PolicyError} `ERR_POLICY_…` with everything that is wrong with the policy
	 * @throws {SluiceError} `ERR_COMPILER_…`, `ERR_POLICY_WARM_UP`, and as the constructor
	 */
	static async compile(folder: string, options: EngineOptions & FolderOptions): Promise<Engine> {
		return new Engine(await compileFolder(folder, options), options).warmUp();
	}

	/** sha256 (hex) over everything that decides: Rego, data, detectors, built-ins, compiler. */
	get revision(): string {
		return this.#policy.revision;
	}

	/** The rules in it, with the frames that each can touch. */
	get rules(): readonly RuleInfo[] {
		return this.#policy.rules;
	}

	/** A session between a client and a server, with nothing said yet. Give it every frame of both, in their order. */
	session(options: SessionOptions): EngineSession {
		const { hashKey, inputLimit, frame, inFlight } = this.#options;
		return new EngineSession(this.#policy, { hashKey, inputLimit, limits: frame, inFlight }, options);
	}

	/**
	 * What the policy says of an input document (contract version 1; what it lacks is undefined in Rego): UTF-8 JSON text,
	 * which keeps numbers as they are spelled, or the object. A failure to evaluate is a deny with a code, not an exception.
	 *
	 * @param origin what the document is called in messages
	 * @throws {SluiceError} `ERR_INPUT` when it is not one JSON object
	 */
	decide(input: Uint8Array | string | object, origin?: string): Decided {
		const { bytes, about } = readDocument(input, origin);
		const { findings: _, splices: __, ...decided } = judgeInput(this.#policy, bytes, about, this.#options);
		return decided;
	}

	/**
	 * Judges one unremarkable frame of every kind, so that what is compiled lazily is compiled now and a policy that comes to
	 * no decision is found out. `load` and `compile` do it.
	 *
	 * @throws {SluiceError} `ERR_POLICY_WARM_UP` with the first frame that cannot be judged
	 */
	warmUp(): this {
		warmUp(this.#policy);
		return this;
	}

	/** Gives the memory of the policy's instance back. Judging after it makes another one. */
	close(): void {
		this.#policy.evaluator.close();
	}
}
