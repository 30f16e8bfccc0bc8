import t from 'tap';
import { endpointPath } from '../../../../gateway/transport/sse/endpoint.ts';

const stream = new URL('https://mcp.example.com/base/sse?tenant=1');
const good: Record<string, string> = {
	'/messages?sessionId=1': '/messages?sessionId=1',
	'messages/?sessionId=1': '/base/messages/?sessionId=1',
	'?sessionId=1': '/base/sse?sessionId=1',
	'https://mcp.example.com/m': '/m',
	'https://mcp.example.com:443/m#part': '/m',
	'HTTPS://MCP.example.com/m': '/m',
	'//mcp.example.com/m': '/m',
};
const bad = [
	'',
	'https://evil.example/m',
	'//evil.example/m',
	'/\\evil.example/m',
	'\\\\evil.example\\m',
	'http://mcp.example.com/m',
	'https://mcp.example.com:8443/m',
	'https://user:secret@mcp.example.com/m',
	'https://mcp.example.com@evil.example/m',
	'javascript:alert(1)',
	'/m\r\nX: y',
	'/m n',
	'/ü',
	`/${'x'.repeat(4_096)}`,
];

for (const [text, path] of Object.entries(good))
	t.test(`${text} is ${path}`, async (t) => t.equal(endpointPath(Buffer.from(text), stream), path));

for (const text of bad)
	t.test(`${text.slice(0, 40)} is refused`, async (t) => {
		t.match(endpointPath(Buffer.from(text), stream), { code: 'ERR_UPSTREAM_ENDPOINT' });
	});
