import { SluiceError } from '../../engine/error.ts';
import { readBundle } from '../../engine/policy/bundle.ts';
import type { Compiler } from '../../engine/policy/compiler.ts';
import type { CompiledPolicy } from '../../engine/policy/types.ts';
import { portable } from '../../gateway/judging/portable.ts';
import type { PortablePolicy, Revisions } from '../../gateway/judging/task.ts';
import { revisionsIn } from '../../gateway/policy/store-revisions.ts';
import type { Shell } from '../shell.ts';
import type { StorePlace } from './local-store.ts';
import { withStore } from './local-store.ts';
import { policyFrom } from './policy-argument.ts';

/**
 * The policy of a recorded revision: out of the store, which keeps every revision that ever judged, or the policy at
 * hand if it is that very revision. Each is looked up once.
 */
export function recordedPolicies(place: StorePlace, compiler: Compiler, shell: Shell): Revisions {
	const known = new Map<string, Promise<PortablePolicy>>();
	let atHand: Promise<CompiledPolicy | undefined> | undefined;
	const find = async (revision: string): Promise<PortablePolicy> => {
		const bundle = await fromStore(revision, place, shell);
		if (bundle !== undefined) return portable(await readBundle(bundle));
		atHand ??= policyFrom(undefined, compiler, shell).catch(() => undefined);
		const here = await atHand;
		if (here?.revision === revision) return portable(here);
		throw new SluiceError(
			'ERR_REVISION_UNKNOWN',
			`the policy revision \`${revision.slice(0, 12)}…\` that judged this is not here`,
			{
				help: 'name the store that recorded it (--store, --config), or judge under another policy with --policy',
			},
		);
	};
	return async (revision) => {
		if (revision === undefined || revision === '') {
			throw new SluiceError('ERR_REVISION_UNKNOWN', 'the recording does not say which policy judged it', {
				help: 'name one with --policy',
			});
		}
		const policy = known.get(revision) ?? find(revision);
		known.set(revision, policy);
		return policy;
	};
}

async function fromStore(revision: string, place: StorePlace, shell: Shell): Promise<Buffer | undefined> {
	try {
		return await withStore(place, shell, true, ({ store }) => revisionsIn(store.table('policies')).get(revision));
	} catch (error) {
		const missing = error instanceof SluiceError && error.code === 'ERR_STORE_MISSING';
		if (missing && place.store === undefined) return undefined;
		throw error;
	}
}
