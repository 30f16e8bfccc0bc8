import type { RawClient } from './raw-client.ts';

export const initialize =
	'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}';
const initialized = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
/** Asks the protected server of these tests whose token it got. */
export const whoami = (id: number) =>
	`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"whoami","arguments":{}}}`;

/** The handshake of 2025-11-25; gives the answer to `initialize`. */
export async function begin(client: RawClient) {
	const answer = JSON.parse((await client.ask(initialize)).toString());
	client.protocol = '2025-11-25';
	await (await client.post(initialized)).body();
	return answer;
}

/** Text of a tool's result. */
export const textOf = (answer: Buffer) => JSON.parse(answer.toString()).result.content[0].text as string;
