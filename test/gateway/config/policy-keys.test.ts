import { test } from 'tap';
import { parseConfig } from '../../../gateway/config/load.ts';
import { printConfig } from '../../../gateway/config/print.ts';

const SERVERS = 'servers: { a: { stdio: { command: x } } }\n';

test('a candidate and a key are paths from the file, and printed as such', async (t) => {
	const text = `${SERVERS}policy: { path: p.tar.gz, candidate: ./next, verifyKey: ../bundle.pub }\n`;
	const config = parseConfig(text, '/etc/sluice/sluice.yaml');
	const keys = { path: '/etc/sluice/p.tar.gz', candidate: '/etc/sluice/next', verifyKey: '/etc/bundle.pub' };
	t.match(config.policy, keys);
	t.match(parseConfig(printConfig(config), '/elsewhere/sluice.yaml').policy, keys);
	const without = parseConfig(SERVERS, '/etc/sluice/sluice.yaml').policy;
	t.notOk('candidate' in without || 'verifyKey' in without);
	for (const wrong of ['candidate: ""', 'verifyKey: { file: x }', 'candidate: [a]']) {
		t.throws(
			() => parseConfig(`${SERVERS}policy: { ${wrong} }\n`, 'sluice.yaml'),
			{ code: 'ERR_CONFIG_INVALID' },
			wrong,
		);
	}
});
