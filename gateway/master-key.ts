import type { Config } from './config/config.ts';
import { readSecret, spellSource } from './config/secret.ts';
import type { MasterKey } from './record/keys.ts';
import { defaultMasterKeyPath, loadMasterKey, parseMasterKey } from './record/master-key.ts';

/** The configured master key; without one, the key file in the data folder, made at first use. */
export async function masterKeyOf(
	config: Config,
	env: Readonly<Record<string, string | undefined>>,
): Promise<MasterKey> {
	const source = config.keys.master;
	if (source === undefined) return loadMasterKey(defaultMasterKeyPath(config.dataDir));
	if ('file' in source) return loadMasterKey(source.file);
	const secret = await readSecret(source, 'keys.master', env);
	return parseMasterKey(Buffer.from(secret, 'utf8'), spellSource(source).replaceAll('`', ''));
}
