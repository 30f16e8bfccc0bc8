import { referee, type Suite, type Verdicts } from '../../reference-server/referee.ts';
import { type Gateway, gateway, type Teardown } from '../support/gateway.ts';
import { stdioServer } from '../support/stdio-server.ts';
import { type Fixture, pipeOf } from './fixtures.ts';

/** How the referee reaches the server. */
export type Wire = 'direct' | 'http' | 'stdio';

/** The suite is one anonymous principal that calls more than a person would, and one of its tools says that it deletes. */
const data = {
	settings: { 'budget/calls': { per_minute: 100_000, per_minute_everywhere: 100_000 } },
	config: { rules: { 'files/destructive': { level: 'off' } } },
};

/** A reference server that can be asked over each wire: alone, and behind a gateway. */
export interface Wired {
	readonly house: Gateway;
	ask(wire: Wire, suite: Suite): Promise<Verdicts>;
}

/** Starts the server and one gateway in front of it, on HTTP and on a pipe; all end with the test. */
export async function wired(t: Teardown, fixture: Fixture): Promise<Wired> {
	const server = await fixture.serve();
	t.teardown(() => server.close());
	const pipe = await stdioServer((socket) => {
		const { input, output } = pipeOf(socket);
		fixture.connect(input, output);
	});
	t.teardown(() => pipe.close());
	const servers = { http: { http: { url: server.url } }, stdio: { stdio: pipe.stdio } };
	const house = await gateway(t, { servers, data });
	return {
		house,
		ask: (wire, suite) => referee(wire === 'direct' ? server.url : `${house.url}/mcp/${wire}`, suite),
	};
}
