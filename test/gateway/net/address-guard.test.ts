import t from 'tap';
import { addressGuard, rangeCheck, rangesNamedBy } from '../../../gateway/net/address-guard.ts';

const PRIVATE = [
	...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
	...['172.31.255.255', '192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '203.0.113.7', '224.0.0.1'],
	...['255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:a00:1', '0:0:0:0:0:ffff:7f00:1', '::127.0.0.1'],
	...['64:ff9b::a00:1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', 'fc00::1', 'fd12::1', 'fe80::1'],
	...['fe80::1%eth0', '2606:4700::1%eth0', 'fec0::1', 'ff02::1', '3fff::1', '5f00::1'],
];
const PUBLIC = [
	'1.1.1.1',
	'9.255.255.255',
	'172.32.0.1',
	'100.128.0.1',
	'2606:4700::1111',
	'::ffff:1.1.1.1',
	'2a00:1450::1',
];

t.test('only public addresses are let through', async (t) => {
	const guard = addressGuard([]);
	for (const address of PRIVATE) t.equal(guard(address), false, address);
	for (const address of PUBLIC) t.equal(guard(address), true, address);
	for (const not of ['', 'localhost', '127.1', '0x7f000001', '[::1]']) t.equal(guard(not), false, not);
});

t.test('ranges that are named are let through besides, and no others', async (t) => {
	const guard = addressGuard(['10.0.0.0/8', 'fd00::/8', '127.0.0.1']);
	for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '127.0.0.1', '1.1.1.1'])
		t.ok(guard(address), address);
	for (const address of ['127.0.0.2', '192.168.1.1', '::1', 'fc00::1']) t.notOk(guard(address), address);
	t.notOk(rangeCheck(['10.0.0.0/8'])('1.1.1.1'));
	t.ok(rangeCheck(['10.0.0.0/8'])('::ffff:10.0.0.1'));
});

t.test('a URL names the address that is written out in it, and never what a name resolves to', async (t) => {
	t.strictSame(rangesNamedBy('https://10.0.0.5/realms/x'), ['10.0.0.5']);
	t.strictSame(rangesNamedBy('https://[fd00::1]:8443/'), ['fd00::1']);
	t.strictSame(rangesNamedBy('http://127.0.0.1:9000'), ['127.0.0.1']);
	t.strictSame(rangesNamedBy('http://localhost:9000'), ['127.0.0.0/8', '::1']);
	for (const url of ['http://10.0.0.5', 'https://idp.internal', 'https://localhost.example'])
		t.strictSame(rangesNamedBy(url), []);
});
