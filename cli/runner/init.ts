import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SluiceError } from '../../engine/error.ts';
import { defaultMasterKeyPath, loadMasterKey } from '../../gateway/record/master-key.ts';
import type { Shell } from '../shell.ts';
import { CONFIG_FILE } from './config-argument.ts';
import { shown } from './policy-argument.ts';

export type Profile = 'starter' | 'strict' | 'observe';

/** The policy library that comes with Sluice. */
const LIBRARY = join(import.meta.dirname, '../../policies');

/**
 * Writes a configuration, a policy with tests, and keys into `dir`, and gives what was made. Nothing that is there is
 * changed. @throws SluiceError `ERR_INIT_EXISTS`
 */
export async function runInit(dir: string, profile: Profile, shell: Shell): Promise<string[]> {
	const folder = resolve(shell.cwd, dir);
	const places = {
		config: join(folder, CONFIG_FILE),
		policies: join(folder, 'policies'),
		data: join(folder, 'policy-data.yaml'),
	};
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
		throw new SluiceError('ERR_INIT_EXISTS', `\`${shown(folder, shell)}\` is a file`, { help: 'name a folder' });
	}
	for (const path of Object.values(places)) {
		if (!existsSync(path)) continue;
		throw new SluiceError('ERR_INIT_EXISTS', `\`${shown(path, shell)}\` is there already`, {
			help: 'choose another folder: nothing is overwritten',
		});
	}
	await mkdir(join(folder, 'shared'), { recursive: true });
	await cp(LIBRARY, places.policies, { recursive: true });
	await writeFile(places.data, DATA);
	const dataDir = join(folder, '.sluice');
	await mkdir(dataDir, { recursive: true, mode: 0o700 });
	await writeFile(join(dataDir, '.gitignore'), '*\n');
	loadMasterKey(defaultMasterKeyPath(dataDir));
	// last: a folder with a configuration is complete
	await writeFile(places.config, configText(profile));
	return [places.config, places.data, places.policies, join(folder, 'shared'), dataDir].map((path) =>
		shown(path, shell),
	);
}

const DATA = `# Your own settings, laid over the policy's data: objects are merged, lists and values replaced.
# Every rule and its settings: policies/data.yaml and the README beside each rule.
config:
  rules: {}
    # shell/closed: { level: shadow }      # enforce | shadow (warn only) | off
  exceptions: []
    # - { rule: shell/closed, tool: run_python, until: "2027-03-31T00:00:00Z", reason: sandboxed, by: security }
settings: {}
  # files/outside_roots: { roots: { files: [/srv/docs] } }
`;

function configText(profile: Profile): string {
	const anonymous = profile !== 'strict';
	const why = anonymous
		? '# for a first try, and only on loopback; then false, and `sluice token create` for each agent'
		: '# every client needs a token: `sluice token create --as ID --role agent`';
	return `# Sluice. \`sluice config schema\` prints all that can stand here, \`sluice config print\` what is in force.
listen: 127.0.0.1:7070        # clients: http://127.0.0.1:7070/mcp/<server>
admin: 127.0.0.1:7071         # API, /metrics, /healthz, /readyz
dataDir: ./.sluice            # recordings, tokens, keys: keep it private, back it up

servers:
  files:
    stdio: { command: npx, args: [-y, "@modelcontextprotocol/server-filesystem", ./shared] }
    labels: [internal]
  # github:
  #   http: { url: https://example.com/mcp, headers: { authorization: { env: GITHUB_AUTH } } }

identity:
  anonymous: ${anonymous}             ${why}

policy:
  path: ./policies
  data: [ ./policies/profiles/${profile}.yaml, ./policy-data.yaml ]   # later files win

approvals: { timeout: 10m, holdFor: 45s, grantFor: 10m }
masking: { detectors: [ secrets, pii ] }
`;
}
