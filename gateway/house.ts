import { createDetector } from '../engine/detect/detector.ts';
import { packBundle, readBundle } from '../engine/policy/bundle.ts';
import { cacheDir } from '../engine/policy/cache-dir.ts';
import { compilePolicy } from '../engine/policy/compile.ts';
import { knowledgeOf } from '../engine/policy/knowledge.ts';
import { loadPolicy } from '../engine/policy/load.ts';
import { openCompiler } from '../engine/policy/locate-compiler.ts';
import { readPolicySource } from '../engine/policy/source.ts';
import type { CompiledPolicy } from '../engine/policy/types.ts';
import { warmUp } from '../engine/warm-up.ts';
import { StoreApprovalBroker } from './approvals/store-broker.ts';
import { AuditTrail } from './audit-trail.ts';
import type { Clock } from './clock.ts';
import { adminUrlOf } from './config/admin-url.ts';
import type { Config } from './config/config.ts';
import { evaluationLimits } from './config/evaluation-limits.ts';
import { maskingOf } from './config/masking.ts';
import { unsignedFolder, verifyKeyOf } from './config/verify-key.ts';
import { type IdentityRoom, identityRoom } from './identity/assemble.ts';
import { JudgingDesk } from './judging/desk.ts';
import { masterKeyOf } from './master-key.ts';
import { CandidateKeeper } from './policy/candidate.ts';
import { type PolicyControl, policyControl } from './policy/control.ts';
import { PolicyKeeper } from './policy/keeper.ts';
import { type PolicyTools, policyOrigin } from './policy/origin.ts';
import { revisionsIn } from './policy/store-revisions.ts';
import { bindMasterKey } from './record/bind-master-key.ts';
import { LmdbReader } from './record/lmdb/reader.ts';
import { LmdbRecorder } from './record/lmdb/recorder.ts';
import { RefusalBook } from './refusals.ts';
import { pinsIn } from './sessions/open-pins.ts';
import { PinDesk } from './sessions/pin-desk.ts';
import { RecentBook } from './sessions/recent-book.ts';
import type { Served } from './sessions/sessions.ts';
import { Sessions } from './sessions/sessions.ts';
import { Snapshots } from './sessions/snapshots.ts';
import { openStore, type Store } from './store/store.ts';
import { publish, subscribe } from './telemetry/channels.ts';
import { openUpstream } from './upstream/assemble.ts';
import type { Connections } from './upstream/connections.ts';

export interface HouseOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly servers: ReadonlyMap<string, Served>;
	/** Where people reach the admin address, once it is known; absent: where the configuration puts it. */
	readonly adminUrl?: () => string | undefined;
	/** Told what takes long, a line at a time. */
	readonly progress: (line: string) => void;
}

/** Everything behind the listeners, assembled. */
export interface OpenHouse {
	readonly store: Store;
	readonly recorder: LmdbRecorder;
	readonly reader: LmdbReader;
	readonly broker: StoreApprovalBroker;
	readonly keeper: PolicyKeeper;
	readonly policies: PolicyControl;
	readonly identity: IdentityRoom;
	readonly sessions: Sessions;
	readonly trail: AuditTrail;
	/** People's connections to servers that are used in their name. */
	readonly connections: Connections;
	/** Tool definitions, for operators. */
	readonly tools: PinDesk;
	/** Judges recorded sessions for others. */
	readonly judging: JudgingDesk;
	/** Ends it, store last. */
	close(): Promise<void>;
}

/** Signs of life on quiet connections, ms: well below what clients and things in between give up after. */
const KEEP_ALIVE_MS = 15_000;

/** Opens store and policy and puts the session room in front of them. What was opened is closed again if something fails. */
export async function openHouse({ config, env, clock, servers, progress, adminUrl }: HouseOptions): Promise<OpenHouse> {
	const undo: (() => Promise<void> | void)[] = [];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const store = await openStore(config.dataDir);
		undo.push(() => store.close());
		const master = await masterKeyOf(config, env);
		await bindMasterKey(store, master);
		const recorder = new LmdbRecorder(store, master);
		undo.push(() => recorder.close());
		const reader = new LmdbReader(store, master);
		const broker = new StoreApprovalBroker(store, {
			clock,
			timeoutNs: config.approvals.timeout * 1e6,
			grantNs: config.approvals.grantFor * 1e6,
			box: master.textBox('approvals'),
		});
		undo.push(() => broker.close());
		const { keeper, candidate } = await keepPolicies(config, env, clock, store, progress, undo);
		const onTrouble = (message: string) => publish('trouble', { code: 'ERR_OIDC_METADATA', message });
		const identity = identityRoom({ config, store, clock, onTrouble });
		const recent = new RecentBook({
			memoryNs: BigInt(config.policy.memory) * 1_000_000n,
			clock,
			table: store.table('recent'),
			box: master.textBox('recent'),
			sessions: store.table('sessions'),
			reader,
		});
		undo.push(() => recent.close());
		const trail = new AuditTrail(recorder, clock);
		const upstream = await openUpstream({
			config,
			env,
			clock,
			store,
			box: (purpose) => master.textBox(purpose),
			adminUrl: adminUrl ?? (() => adminUrlOf(config)),
			record: (by, { what, ...detail }) => trail.connection(what, by, detail),
		});
		const pins = pinsIn(store, master.textBox('definitions'), clock);
		const refusals = new RefusalBook(trail, clock);
		const deaf = subscribe('refusal', ({ recorded, ...refusal }) => {
			if (recorded !== true) refusals.stranger(refusal);
		});
		undo.push(() => {
			deaf();
			return refusals.close();
		});
		const sessions = new Sessions({
			house: {
				clock,
				recorder,
				reader,
				broker,
				policy: () => keeper.current(),
				...(candidate === undefined ? {} : { candidate }),
				judging: { hashKey: master.hashKey, inputLimit: config.limits.input, fuel: evaluationLimits(config).fuel },
				limits: config.limits,
				hold: {
					holdForMs: config.approvals.holdFor,
					timeoutMs: config.approvals.timeout,
					grantForMs: config.approvals.grantFor,
					keepAliveMs: KEEP_ALIVE_MS,
				},
				recent,
				snapshots: new Snapshots(store.table('snapshots'), master.textBox('snapshots')),
			},
			servers,
			identity,
			reader,
			bindings: store.table('sessions'),
			pins,
			credentials: upstream.credentials,
			refusals,
			limits: {
				sessionsPerPrincipal: config.limits.sessionsPerPrincipal,
				streams: config.limits.streams,
				children: config.limits.children,
				idleMs: config.limits.idle,
				graceMs: config.shutdown.grace,
			},
			keepAliveMs: KEEP_ALIVE_MS,
		});
		const policies = policyControl(keeper, candidate);
		const judging = new JudgingDesk({
			store,
			master,
			revisions: revisionsIn(store.table('policies')),
			record: (by, what) => trail.read(by, what),
		});
		undo.push(() => judging.close());
		const { connections } = upstream;
		const tools = new PinDesk(pins, (by, what) => trail.accepted(by, what));
		return {
			store,
			recorder,
			reader,
			broker,
			keeper,
			policies,
			identity,
			sessions,
			trail,
			connections,
			tools,
			judging,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function keepPolicies(
	config: Config,
	env: HouseOptions['env'],
	clock: Clock,
	store: Store,
	progress: (line: string) => void,
	undo: (() => Promise<void> | void)[],
): Promise<{ keeper: PolicyKeeper; candidate: CandidateKeeper | undefined }> {
	const cache = cacheDir(env);
	const compiler = openCompiler({ env, cacheDir: cache, progress });
	undo.push(() => compiler.close());
	const masking = await maskingOf(config);
	const detector = createDetector(masking);
	const knowledge = knowledgeOf(detector);
	const key = await verifyKeyOf(config);
	const tools: PolicyTools = {
		readSource: async (folder, dataFiles) => {
			if (key !== undefined) throw unsignedFolder(folder);
			return readPolicySource(folder, dataFiles);
		},
		compile: (source) => compilePolicy(source, masking, detector.version, compiler, cache, knowledge),
		unpack: (bundle) => readBundle(bundle, key),
	};
	const { path, data, candidate } = config.policy;
	const options = {
		revisions: revisionsIn(store.table('policies')),
		// what the store keeps has loaded once, and is sealed there: it has no signature of its own
		bundle: { pack: packBundle, unpack: readBundle },
		load: (compiled: CompiledPolicy) => loadPolicy(compiled, evaluationLimits(config)),
		warmUp,
		clock,
	};
	const keeper = await PolicyKeeper.start({ ...options, origin: policyOrigin(path, data, tools) });
	undo.push(() => keeper.close());
	if (candidate === undefined) return { keeper, candidate };
	// with the same data over it: as it would be judged with if it took the place of the live one
	const beside = await CandidateKeeper.start({ ...options, origin: policyOrigin(candidate, data, tools) });
	undo.push(() => beside.close());
	return { keeper, candidate: beside };
}
