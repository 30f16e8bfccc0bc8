import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import type { Config } from '../../gateway/config/config.ts';
import { masterKeyOf } from '../../gateway/master-key.ts';
import { bindMasterKey } from '../../gateway/record/bind-master-key.ts';
import type { MasterKey } from '../../gateway/record/keys.ts';
import { defaultMasterKeyPath, loadMasterKey } from '../../gateway/record/master-key.ts';
import { openStore, type Store } from '../../gateway/store/store.ts';
import type { Shell } from '../shell.ts';
import { configIfAny } from './config-argument.ts';

/** Where a command finds the store: `--store DIR`, or the `dataDir` of `--config`. */
export interface StorePlace {
	readonly store?: string;
	readonly config?: string;
}

/** An open store and the key that it is sealed under. */
export interface LocalStore {
	readonly store: Store;
	readonly master: MasterKey;
	readonly config: Config | undefined;
}

/**
 * Opens the store for the length of `work`; several processes may hold it at once. With `readOnly` nothing is made;
 * otherwise what is missing is (contract §3, first use).
 * @throws SluiceError `ERR_STORE_…`, `ERR_KEY_…`, `ERR_CONFIG_…`
 */
export async function withStore<T>(
	place: StorePlace,
	shell: Shell,
	readOnly: boolean,
	work: (local: LocalStore) => Promise<T>,
): Promise<T> {
	const config = await configIfAny(place.config, shell);
	const dataDir = place.store === undefined ? config?.dataDir : resolve(shell.cwd, place.store);
	if (dataDir === undefined) {
		throw new SluiceError('ERR_STORE_MISSING', 'nobody says which store is meant', {
			help: 'add --store DIR, or --config sluice.yaml',
		});
	}
	const store = await openStore(dataDir, { readOnly });
	const close = shell.use(() => store.close());
	try {
		const master = await masterKey(config, dataDir, readOnly, shell);
		await bindMasterKey(store, master);
		return await work({ store, master, config });
	} finally {
		await close();
	}
}

/** The configured master key, or the one in the data folder; with `readOnly` it must be there. */
async function masterKey(
	config: Config | undefined,
	dataDir: string,
	readOnly: boolean,
	shell: Shell,
): Promise<MasterKey> {
	const configured = config?.dataDir === dataDir ? config : undefined;
	const source = configured?.keys.master;
	const path = source === undefined ? defaultMasterKeyPath(dataDir) : 'file' in source ? source.file : undefined;
	if (readOnly && path !== undefined && !existsSync(path)) {
		throw new SluiceError('ERR_KEY_MISSING', `the master key \`${path}\` is not there`, {
			help: 'put it back, or name the configuration that says where it is with --config',
		});
	}
	return configured === undefined ? loadMasterKey(defaultMasterKeyPath(dataDir)) : masterKeyOf(configured, shell.env);
}
