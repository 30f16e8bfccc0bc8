import { SluiceError } from '../../engine/error.ts';
import type { Policy } from '../../engine/policy/load.ts';
import { publish } from '../telemetry/channels.ts';
import { PolicyArchive } from './archive.ts';
import { describe, type PolicyKeeperOptions } from './keeper.ts';
import type { Reading } from './origin.ts';
import { QuietWatch } from './quiet-watch.ts';

/** What is judged beside the live policy, and what stands in the way of something else. */
export interface CandidateStatus {
	readonly origin: string;
	readonly revision?: string;
	/** Unix time, ns. */
	readonly since?: bigint;
	/** The files hold something that is not judged with. */
	readonly problem?: { readonly message: string };
}

/** A candidate that fails so many frames in a row is set aside: it would only take time from the live ones. */
const FAILURES = 16;

/**
 * Holds the candidate (`policy.candidate`): a policy that is judged beside the live one, and that nothing depends on.
 * Whatever is wrong with it is said and nothing else; the gateway starts without it, and takes it once it is mended.
 */
export class CandidateKeeper {
	readonly #options: PolicyKeeperOptions;
	readonly #archive: PolicyArchive;
	readonly #watch: QuietWatch;
	#current: { readonly policy: Policy; readonly since: bigint } | undefined;
	#fingerprint: string | undefined;
	#problem: string | undefined;
	#failures = 0;
	/** One attempt at a time. */
	#queue: Promise<unknown> = Promise.resolve();

	private constructor(options: PolicyKeeperOptions) {
		this.#options = options;
		this.#archive = new PolicyArchive(options.revisions, options.bundle, options.load);
		this.#watch = new QuietWatch(options.origin, options.clock, (reading) => this.#inTurn(reading));
	}

	/** Takes the candidate if it can be taken, and watches its files from then on. Never rejects. */
	static async start(options: PolicyKeeperOptions): Promise<CandidateKeeper> {
		const keeper = new CandidateKeeper(options);
		const footprint = await options.origin.footprint();
		await keeper.reload();
		keeper.#watch.start(footprint);
		return keeper;
	}

	/** The candidate to judge with now; undefined while there is none that can. */
	current(): Policy | undefined {
		return this.#current?.policy;
	}

	status(): CandidateStatus {
		return {
			origin: this.#options.origin.name,
			...(this.#current === undefined ? {} : { revision: this.#current.policy.revision, since: this.#current.since }),
			...(this.#problem === undefined ? {} : { problem: { message: this.#problem } }),
		};
	}

	/** Reads the files and takes what stands there, without waiting for quiet. Never rejects. */
	async reload(): Promise<void> {
		await this.#inTurn(await this.#options.origin.read());
	}

	/** To be told of every judgement: whether the engine could not come to one. */
	judged(failed: boolean): void {
		this.#failures = failed ? this.#failures + 1 : 0;
		if (this.#failures < FAILURES || this.#current === undefined) return;
		this.#current = undefined;
		this.#complain(`it could not judge ${FAILURES} frames in a row and is set aside until its files change`);
	}

	/** Stops watching. Resolves when no attempt is under way. */
	async close(): Promise<void> {
		this.#watch.close();
		await this.#queue;
	}

	#inTurn(reading: Reading): Promise<void> {
		const turn = this.#queue.then(() => this.#take(reading));
		this.#queue = turn;
		return turn;
	}

	async #take(reading: Reading): Promise<void> {
		if (reading.fingerprint === this.#fingerprint) return;
		this.#fingerprint = reading.fingerprint;
		try {
			const compiled = await reading.compile();
			const policy = this.#options.load(compiled);
			this.#options.warmUp(policy);
			await this.#archive.keep(compiled);
			this.#current = { policy, since: this.#options.clock.now() };
			this.#failures = 0;
			this.#problem = undefined;
			publish('candidatePolicy', { revision: policy.revision, ok: true });
		} catch (error) {
			// what the store could not keep may be kept the next time
			if (error instanceof SluiceError && error.code.startsWith('ERR_STORE_')) this.#fingerprint = undefined;
			this.#complain(describe(error));
		}
	}

	#complain(message: string): void {
		this.#problem = message;
		publish('candidatePolicy', { ok: false, message });
	}
}
