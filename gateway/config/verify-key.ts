import { readFile } from 'node:fs/promises';
import { SluiceError } from '../../engine/error.ts';
import { type VerifyKey, verifyKey } from '../../engine/policy/signing/keys.ts';
import type { Config } from './config.ts';

/** The key of `policy.verifyKey`; undefined: none is configured. @throws SluiceError `ERR_VERIFY_KEY` */
export async function verifyKeyOf({ policy }: Pick<Config, 'policy'>): Promise<VerifyKey | undefined> {
	const { verifyKey: path } = policy;
	if (path === undefined) return undefined;
	let pem: string;
	try {
		pem = await readFile(path, 'utf8');
	} catch (cause) {
		throw new SluiceError('ERR_VERIFY_KEY', `cannot read the key \`${path}\` of \`policy.verifyKey\``, {
			help: 'check the path: it is relative to the configuration file',
			cause,
		});
	}
	return verifyKey(pem, path);
}

/** Where a key is configured, Rego that somebody may have edited since is not taken. */
export function unsignedFolder(folder: string): SluiceError {
	return new SluiceError(
		'ERR_POLICY_UNSIGNED',
		`\`policy.verifyKey\` asks for a signed bundle, and \`${folder}\` is a folder`,
		{ help: 'build it with `sluice build FOLDER -o bundle.tar.gz --sign KEY`, and name the bundle as the policy' },
	);
}
