import { SluiceError } from '../../engine/error.ts';
import type { BundledPolicy } from '../../engine/policy/bundle.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { PolicyError } from '../../engine/policy/policy-error.ts';
import type { CompiledPolicy, Place, RuleInfo } from '../../engine/policy/types.ts';
import type { Clock } from '../clock.ts';
import { publish } from '../telemetry/channels.ts';
import { type BundleFormat, PolicyArchive, type RevisionStore } from './archive.ts';
import type { PolicyOrigin, Reading } from './origin.ts';
import { QuietWatch } from './quiet-watch.ts';

export interface PolicyKeeperOptions {
	readonly origin: PolicyOrigin;
	readonly revisions: RevisionStore;
	readonly bundle: BundleFormat;
	/** `loadPolicy` of the engine. */
	readonly load: (compiled: CompiledPolicy) => Policy;
	/** `warmUp` of the engine. Throws when the policy cannot judge; then it does not come into force. */
	readonly warmUp: (policy: Policy) => void;
	readonly clock: Clock;
}

/** What one attempt to take a policy came to. */
export interface ReloadOutcome {
	/** `waiting`: it lacks rule packages of the running one, and nobody has said yet that this is meant. */
	readonly outcome: 'loaded' | 'unchanged' | 'waiting' | 'failed';
	/** The revision in force afterwards. */
	readonly revision: string;
	/** Why it is not the one in the files, in the user's words. */
	readonly message?: string;
	/** Rule packages that the files lack. */
	readonly missing?: readonly string[];
}

/** What is in force, and what stands in its way to be something else. */
export interface PolicyStatus {
	readonly revision: string;
	/** Unix time, ns. */
	readonly since: bigint;
	readonly origin: string;
	/** `verified`: it came as a bundle signed with `policy.verifyKey`. */
	readonly signature: 'none' | 'verified';
	readonly compiler: string;
	readonly rules: readonly RuleInfo[];
	/** The files hold something else that is not taken. */
	readonly problem?: {
		readonly outcome: 'waiting' | 'failed';
		readonly message: string;
		readonly missing?: readonly string[];
	};
}

/** Called when another policy has come into force, in the same synchronous step. */
export type PolicyListener = (policy: Policy, before: Policy) => void;

/**
 * Holds the policy in force. It changes between frames, in one assignment: a frame is judged by one policy or by the
 * next, never by a mixture. A policy comes into force only after it has judged a frame of every kind, and after its
 * bundle is in the store, so that what it judges can be judged again; whatever goes wrong on the way leaves the running
 * one where it is (contract §4).
 */
export class PolicyKeeper {
	readonly #options: PolicyKeeperOptions;
	readonly #archive: PolicyArchive;
	readonly #watch: QuietWatch;
	readonly #listeners = new Set<PolicyListener>();
	#current: { readonly policy: Policy; readonly fingerprint: string; readonly since: bigint } | undefined;
	/** What the files held when they were last looked at, and what came of it. */
	#last: { readonly fingerprint: string; readonly result: ReloadOutcome } | undefined;
	/** One attempt at a time. */
	#queue: Promise<unknown> = Promise.resolve();
	#closed = false;

	private constructor(options: PolicyKeeperOptions) {
		this.#options = options;
		this.#archive = new PolicyArchive(options.revisions, options.bundle, options.load);
		this.#watch = new QuietWatch(options.origin, options.clock, async (reading) => {
			await this.#inTurn(() =>
				reading.fingerprint === this.#last?.fingerprint ? undefined : this.#take(reading, false),
			);
		});
	}

	/**
	 * Loads the policy and watches its files from then on.
	 *
	 * @throws {SluiceError} what is wrong with it: there is nothing to fall back on yet
	 */
	static async start(options: PolicyKeeperOptions): Promise<PolicyKeeper> {
		const keeper = new PolicyKeeper(options);
		const footprint = await options.origin.footprint();
		const reading = await options.origin.read();
		const policy = await keeper.#prepare(await reading.compile());
		keeper.#current = { policy, fingerprint: reading.fingerprint, since: options.clock.now() };
		publish('policy', { revision: policy.revision, ok: true });
		keeper.#watch.start(footprint);
		return keeper;
	}

	/** The policy in force now. Ask again for the next frame. */
	current(): Policy {
		return this.#held().policy;
	}

	status(): PolicyStatus {
		const { policy, since } = this.#held();
		const last = this.#last?.result;
		return {
			revision: policy.revision,
			since,
			origin: this.#options.origin.name,
			signature: (policy.compiled as Partial<BundledPolicy>).signature ?? 'none',
			compiler: policy.compiled.compiler,
			rules: policy.rules,
			...(last?.outcome === 'waiting' || last?.outcome === 'failed'
				? {
						problem: {
							outcome: last.outcome,
							message: last.message ?? '',
							...(last.missing === undefined ? {} : { missing: last.missing }),
						},
					}
				: {}),
		};
	}

	/**
	 * Reads the files and takes what stands there, without waiting for quiet. `force`: also when rule packages are
	 * gone, because an operator says that this is meant. Never rejects.
	 */
	reload(options: { readonly force: boolean }): Promise<ReloadOutcome> {
		return this.#inTurn(async () => this.#take(await this.#options.origin.read(), options.force));
	}

	/** The policy that judged under `revision`, for judging again; undefined when this store never kept it. */
	async policyOfRevision(revision: string): Promise<Policy | undefined> {
		const { policy } = this.#held();
		return policy.revision === revision ? policy : this.#archive.policy(revision);
	}

	/** Calls `listener` after each change; the returned function ends that. */
	onChange(listener: PolicyListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Stops watching. What is in force stays. Resolves when no attempt is under way. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#watch.close();
		await this.#queue;
	}

	#held() {
		if (this.#current === undefined) throw new Error('the policy keeper was not started');
		return this.#current;
	}

	#inTurn<T>(step: () => T | Promise<T>): Promise<T> {
		const turn = this.#queue.then(step);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}

	async #take(reading: Reading, force: boolean): Promise<ReloadOutcome> {
		const result = await this.#attempt(reading, force).catch(
			(error: unknown): ReloadOutcome => ({
				outcome: 'failed',
				revision: this.current().revision,
				message: describe(error),
			}),
		);
		const troubled = this.status().problem !== undefined;
		this.#last = { fingerprint: reading.fingerprint, result };
		const { outcome, revision, message } = result;
		if (outcome === 'loaded' || (outcome === 'unchanged' && troubled)) publish('policy', { revision, ok: true });
		else if (message !== undefined) publish('policy', { revision, ok: false, message });
		return result;
	}

	async #attempt(reading: Reading, force: boolean): Promise<ReloadOutcome> {
		const before = this.#held();
		const { revision } = before.policy;
		if (reading.fingerprint === before.fingerprint) return { outcome: 'unchanged', revision };
		const compiled = await reading.compile();
		if (compiled.revision === revision) {
			this.#current = { ...before, fingerprint: reading.fingerprint };
			return { outcome: 'unchanged', revision };
		}
		const missing = lacking(before.policy.rules, compiled.rules);
		if (missing.length > 0 && !force) {
			const named = missing.map((id) => `\`${id}\``).join(', ');
			const message =
				`the changed policy lacks ${missing.length === 1 ? 'the rule package' : 'rule packages'} ${named} ` +
				`of the running one and waits: \`sluice policy reload\` takes it`;
			return { outcome: 'waiting', revision, message, missing };
		}
		const policy = await this.#prepare(compiled);
		if (this.#closed) return { outcome: 'unchanged', revision };
		this.#current = { policy, fingerprint: reading.fingerprint, since: this.#options.clock.now() };
		for (const listener of this.#listeners) tell(listener, policy, before.policy);
		// The one before is not closed: a recording may be under judgement with it. It goes when nobody holds it.
		return { outcome: 'loaded', revision: policy.revision };
	}

	/** Makes it ready to judge, and sure to be found again, before it is in force. */
	async #prepare(compiled: CompiledPolicy): Promise<Policy> {
		const policy = this.#options.load(compiled);
		this.#options.warmUp(policy);
		await this.#archive.keep(compiled);
		return policy;
	}
}

function lacking(running: readonly RuleInfo[], next: readonly RuleInfo[]): string[] {
	const there = new Set(next.map((rule) => rule.id));
	return running.map((rule) => rule.id).filter((id) => !there.has(id));
}

/** A listener that throws must not undo a change that has happened. */
function tell(listener: PolicyListener, policy: Policy, before: Policy): void {
	try {
		listener(policy, before);
	} catch (error) {
		publish('trouble', { code: 'ERR_POLICY_LISTENER', message: describe(error) });
	}
}

/** How many of a policy's errors a message carries. */
const NAMED = 5;

/** All that is wrong, one `file:line:col: message` a line. */
export function describe(error: unknown): string {
	if (error instanceof PolicyError) {
		const errors = error.diagnostics.filter((diagnostic) => diagnostic.level === 'error');
		if (errors.length > 0) {
			const lines = errors.slice(0, NAMED).map(({ place, message }) => `${spell(place)}${message}`);
			const more = errors.length - lines.length;
			return [...lines, ...(more > 0 ? [`and ${more} more: see \`sluice check\``] : [])].join('\n');
		}
	}
	if (error instanceof SluiceError) return error.help === undefined ? error.message : `${error.message}; ${error.help}`;
	return error instanceof Error ? error.message : String(error);
}

function spell(place: Place | undefined): string {
	return place === undefined ? '' : `${place.file}:${place.row}:${place.col}: `;
}
