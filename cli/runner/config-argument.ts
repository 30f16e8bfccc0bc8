import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../../gateway/config/config.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import type { Shell } from '../shell.ts';

/** What a configuration is called when nobody says otherwise. */
export const CONFIG_FILE = 'sluice.yaml';

/** The configuration that `--config` names, or `sluice.yaml` here. @throws SluiceError `ERR_CONFIG_…` */
export function configFrom(file: string | undefined, shell: Shell): Promise<Config> {
	return loadConfig(resolve(shell.cwd, file ?? CONFIG_FILE));
}

/** As `configFrom`, but undefined when nobody names a file and there is none. */
export async function configIfAny(file: string | undefined, shell: Shell): Promise<Config | undefined> {
	if (file === undefined && !existsSync(resolve(shell.cwd, CONFIG_FILE))) return undefined;
	return configFrom(file, shell);
}
