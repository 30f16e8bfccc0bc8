import { SluiceError } from '../../engine/error.ts';
import type { Store } from '../store/store.ts';
import type { MasterKey } from './keys.ts';

/**
 * Notes in the store which master key it is sealed under, and from then on refuses another: a key file that
 * was lost must not be replaced by a fresh one in silence.
 *
 * Errors: `ERR_KEY_OTHER`.
 */
export async function bindMasterKey(store: Store, master: MasterKey): Promise<void> {
	const meta = store.table<string>('meta');
	if (!store.readOnly && meta.get('master-key') === undefined) await meta.create('master-key', master.id);
	const bound = meta.get('master-key')?.value;
	if (bound === undefined || bound === master.id) return;
	throw new SluiceError('ERR_KEY_OTHER', `the store in \`${store.dataDir}\` is sealed under another master key`, {
		help: 'put the key that made this store back in place (`keys.master`), or use another `dataDir`',
	});
}
