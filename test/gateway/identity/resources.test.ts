import t from 'tap';
import { Resources, serverOf } from '../../../gateway/identity/resources.ts';

t.test('URIs of endpoints come from publicUrl, canonically', async (t) => {
	const resources = new Resources('HTTPS://MCP.Example.com:443/');
	resources.listensAt('http://127.0.0.1:7070');
	const base = 'https://mcp.example.com';
	t.strictSame(resources.of('files'), [`${base}/mcp/files`, `${base}/sse/files`, `${base}/ws/files`]);
	t.equal(resources.uri(''), base);
	t.equal(resources.metadataUrl('/mcp/files'), `${base}/.well-known/oauth-protected-resource/mcp/files`);
});

t.test('without publicUrl, from the address that is listened on', async (t) => {
	const resources = new Resources(undefined);
	t.strictSame(resources.of('files'), []);
	t.equal(resources.uri('/mcp/files'), undefined);
	resources.listensAt('http://127.0.0.1:7070');
	t.equal(resources.uri('/mcp/files'), 'http://127.0.0.1:7070/mcp/files');
});

t.test('a path of publicUrl stands behind the well-known part', async (t) => {
	const resources = new Resources('https://x.example/gw/');
	t.equal(resources.uri('/mcp/files'), 'https://x.example/gw/mcp/files');
	t.equal(resources.metadataUrl('/mcp/files'), 'https://x.example/.well-known/oauth-protected-resource/gw/mcp/files');
	for (const path of ['/gw/mcp/files', '/mcp/files', '/mcp/files/', '/mcp/files?x=1']) {
		t.equal(resources.askedFor(`/.well-known/oauth-protected-resource${path}`), '/mcp/files', path);
	}
	t.equal(resources.askedFor('/.well-known/oauth-protected-resource/gw'), '');
});

t.test('what is asked for', async (t) => {
	const resources = new Resources('https://x.example');
	const at = '/.well-known/oauth-protected-resource';
	t.equal(resources.askedFor(at), '');
	t.equal(resources.askedFor(`${at}/sse/a.b`), '/sse/a.b');
	for (const other of ['/', '/mcp/files', `${at}x`, '/.well-known/openid-configuration']) {
		t.equal(resources.askedFor(other), undefined, other);
	}
	t.equal(serverOf('/mcp/files'), 'files');
	t.equal(serverOf('/ws/a.b-c'), 'a.b-c');
	for (const none of ['', '/', '/mcp', '/mcp/', '/mcp/a/b', '/admin/a', '/mcp/a%2fb'])
		t.equal(serverOf(none), undefined, none);
});
