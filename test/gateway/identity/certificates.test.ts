import t from 'tap';
import { type ClientCertificate, certificatePrincipal } from '../../../gateway/identity/certificates.ts';

const certificate = (more: Partial<ClientCertificate> = {}): ClientCertificate => ({
	subject: [
		['O', 'Acme, Inc'],
		['CN', 'bot'],
	],
	names: ['DNS:bot.example', 'URI:spiffe://acme/bot'],
	fingerprint: 'ab',
	expires: 1n,
	...more,
});
const id = (from: 'subject' | 'cn' | 'san', more: Partial<ClientCertificate> = {}) =>
	certificatePrincipal(certificate(more), from)?.id;

t.test('a certificate names a program, with no human behind it', async (t) => {
	t.strictSame(certificatePrincipal(certificate(), 'cn'), {
		id: 'bot',
		kind: 'service',
		issuer: 'mtls',
		groups: [],
		scopes: [],
		claims: { subject: 'O=Acme\\, Inc,CN=bot', names: ['DNS:bot.example', 'URI:spiffe://acme/bot'], fingerprint: 'ab' },
	});
});

t.test('whom it names', async (t) => {
	t.equal(id('subject'), 'O=Acme\\, Inc,CN=bot');
	t.equal(id('san'), 'spiffe://acme/bot', 'a URI before a host name');
	t.equal(id('san', { names: ['DNS:bot.example'] }), 'bot.example');
	t.equal(id('san', { names: ['DNS:bot.example', 'email:bot@example'] }), 'bot@example');
});

t.test('nobody, where it is not clear whom', async (t) => {
	t.equal(id('san', { names: [] }), undefined);
	t.equal(id('san', { names: ['IP Address:10.0.0.1'] }), undefined);
	t.equal(id('san', { names: ['URI:a', 'URI:b', 'DNS:c'] }), undefined);
	t.equal(id('cn', { subject: [['O', 'Acme']] }), undefined);
	t.equal(
		id('cn', {
			subject: [
				['CN', 'a'],
				['CN', 'b'],
			],
		}),
		undefined,
	);
	t.equal(id('cn', { subject: [['CN', 'a\u0000b']] }), undefined);
	t.equal(id('subject', { subject: [] }), undefined);
});
