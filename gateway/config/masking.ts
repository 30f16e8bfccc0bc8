import { readFile } from 'node:fs/promises';
import { SluiceError } from '../../engine/error.ts';
import type { MaskingConfig } from '../../engine/policy/types.ts';
import type { Config } from './config.ts';

/** The detectors of a configuration, with the text of the operator's own. @throws SluiceError `ERR_CONFIG_DETECTORS` */
export async function maskingOf(config: Config): Promise<MaskingConfig> {
	const { detectors, custom } = config.masking;
	if (custom === undefined) return { detectors };
	try {
		return { detectors, custom: await readFile(custom, 'utf8') };
	} catch (cause) {
		throw new SluiceError('ERR_CONFIG_DETECTORS', `cannot read the detectors \`${custom}\` of \`masking.custom\``, {
			help: 'check the path: it is relative to the configuration file',
			cause,
		});
	}
}
