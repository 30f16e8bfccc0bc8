import { fileURLToPath } from 'node:url';
import t from 'tap';
import { httpConnector } from '../../gateway/transport/http/connector.ts';
import { httpListener } from '../../gateway/transport/http/listener.ts';
import { stdioConnector } from '../../gateway/transport/stdio/connector.ts';
import type { Connector } from '../../gateway/transport/types.ts';
import { Relay } from '../gateway/transport/fixtures/relay.ts';
import { conformance } from './conformance.ts';
import { serveHttp } from './http.ts';

const limits = { frame: 16 * 1024 * 1024, slowReader: 30_000 };

async function relayed(connector: Connector) {
	const listener = await httpListener(new Relay(connector), { host: '127.0.0.1', port: 0, limits });
	const result = await conformance(`${listener.url}/mcp/reference`);
	await listener.close(0);
	await connector.close();
	return result;
}

t.test('HTTP: the same through our transports as direct', async (t) => {
	const reference = await serveHttp();
	const direct = await conformance(reference.url);
	t.same([direct.passed, direct.failed, Object.keys(direct.scenarios).length], [44, 0, 32], direct.output);
	const through = await relayed(httpConnector({ url: reference.url, limits }));
	t.same(through.scenarios, direct.scenarios, through.output);
	await reference.close();
});

t.test('stdio behind HTTP', async (t) => {
	const main = fileURLToPath(new URL('main.ts', import.meta.url));
	const options = { command: process.execPath, args: [main, 'stdio'], environment: process.env, limits };
	const through = await relayed(stdioConnector(options));
	// One check is about event streams, which a relay of this kind has no need of.
	t.same([through.passed, through.failed], [43, 0], through.output);
});
