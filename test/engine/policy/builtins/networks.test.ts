import t from 'tap';
import { cidrs } from '../../../../engine/policy/builtins/cidrs.ts';
import { graphs } from '../../../../engine/policy/builtins/graphs.ts';
import { BuiltinError } from '../../../../engine/policy/builtins/types.ts';
import { RegoObject } from '../../../../engine/policy/value/value.ts';
import { COLD, openTestCompiler } from '../compiler-for-tests.ts';
import { type Call, calls, differences, rego } from './against-opa.ts';

t.setTimeout(COLD);
const compiler = openTestCompiler();
t.teardown(() => compiler.close());

const isRefused = (work: () => unknown): boolean => {
	try {
		work();
		return false;
	} catch (error) {
		return error instanceof BuiltinError;
	}
};

const OTHERS = ['5', 'null', 'true', '{}', 'set()', '[]', '[[]]', '[5]', '{5}', '[["10.0.0.0/8"]]', '[[5]]'];
const NETWORKS = [
	...[
		'10.0.0.0/8',
		'10.1.2.3/8',
		'10.0.0.0/24',
		'10.0.0.255/32',
		'0.0.0.0/0',
		'255.255.255.255/32',
		'192.168.1.0/30',
		'1.2.3.4/33',
		'1.2.3.4/-1',
		'1.2.3.4/08',
	],
	...[
		'1.2.3.4/',
		'1.2.3.4',
		'1.2.3/8',
		'1.2.3.4.5/8',
		'01.2.3.4/8',
		'1.2.3.256/8',
		'1.2.3.4/8/9',
		'1.2.3.4/8 ',
		' 1.2.3.4/8',
		'.1.2.3/8',
		'1..2.3/8',
		'1.2.3.é/8',
		'0.0.0.0/00',
	],
	...[
		'::/0',
		'::1/128',
		'2001:db8::/32',
		'2001:DB8::1/120',
		'2001:db8:0:0:1:0:0:1/128',
		'::ffff:1.2.3.4/120',
		'::ffff:0:0/96',
		'::ffff:10.0.0.0/104',
		'::ffff:102:304/128',
	],
	...[
		'::1.2.3.4/126',
		'1:2:3:4:5:6:7::/128',
		'::2:3:4:5:6:7:8/128',
		'1:2:3:4:5:6:7:8/128',
		'1:2:3:4:5:6:7:8::/128',
		'1::2::3/64',
		':::/0',
		':1::/64',
		'1:/64',
		'1::/129',
		'12345::/16',
	],
	...[
		'fe80::1%eth0/64',
		'fe80::%/64',
		'1:2:3:4:5:6:1.2.3.4/128',
		'1:2:3:4:5:1.2.3.4/128',
		'1:2:3:4:5:6:7:1.2.3.4/128',
		'::1.2.3.04/128',
		'g::/8',
		'::/80',
		'::fffe:0:0/95',
		'/8',
		'',
		'x',
	],
];

t.test('networks, valid or not, and their addresses', async (t) => {
	const small = NETWORKS.filter(
		(text) => !/\/(?:0+|8|32|08|95|80|96|104|64|16)$/.test(text) || text.includes('.255/32'),
	);
	const all = [
		...calls('net.cidr_is_valid', [...NETWORKS.map(rego), ...OTHERS]),
		...calls('net.cidr_expand', [
			...small.map(rego),
			...OTHERS,
			'"10.0.0.0/20"',
			'"2001:db8:0:1::ff00/118"',
			'"0:0:1::/125"',
			'"1:0:0:2:0:0:0:3/127"',
		]),
	];
	t.strictSame(await differences(compiler, cidrs, all), [], `${all.length} calls`);
});

t.test('what holds what', async (t) => {
	const texts = NETWORKS.map(rego);
	const mixed = [
		...[
			'["10.0.0.0/8", "::/0"]',
			'{"10.0.0.0/8", "10.0.0.0/24"}',
			'{"a": "10.0.0.0/8", "b": ["10.0.0.0/24", 1]}',
			'[["10.0.0.0/8", "x"], "0.0.0.0/0"]',
		],
		...[
			'["10.0.0.1", "::1", "10.0.0.0/9"]',
			'{["10.0.0.1", 5], "10.2.0.0/16"}',
			'["x"]',
			'{1: "10.0.0.0/8", {"k"}: "10.0.0.7"}',
			'{"a": 5}',
			'["::ffff:10.0.0.1", "::ffff:0:0/97"]',
		],
		...['"10.0.0.7"', '"::ffff:10.0.0.7"', '"2001:db8::1"'],
	];
	const all = [
		...calls('net.cidr_contains_matches', texts, [
			...texts,
			'"10.0.0.7"',
			'"::ffff:10.0.0.7"',
			'"2001:db8::1"',
			'"::1"',
		]),
		...calls('net.cidr_contains_matches', [...mixed, ...OTHERS], [...mixed, ...OTHERS]),
	];
	t.strictSame(await differences(compiler, cidrs, all), [], `${all.length} calls`);
});

t.test('merging', async (t) => {
	let seed = 7;
	const next = (n: number) => {
		seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((seed / 2_147_483_648) * n);
	};
	const v4 = () => `10.0.${next(4)}.${next(8) * 32}/${20 + next(13)}`;
	const v6 = () => `2001:db8:0:${next(4)}::${next(4).toString(16)}000/${60 + next(69)}`;
	const bare = () => `${['9', '130', '200'][next(3)]}.0.${next(3)}.${next(3)}`;
	const random = Array.from({ length: 1500 }, (_, i) => {
		const kinds = [[v4], [v6], [v4, v6], [v4, bare], [v4, v6, bare]][i % 5]!;
		return Array.from({ length: 1 + next(8) }, () => kinds[next(kinds.length)]!());
	});
	const hand = [
		...NETWORKS.map((text) => [text]),
		...[
			['0.0.0.0/1', '128.0.0.0/1'],
			['10.0.0.0/8', '::/0'],
			['::/0', '::/0'],
			['::/1', '8000::/1'],
			['255.255.255.255/32', '255.255.255.254/32'],
		],
		...[
			['0.0.0.0/32', '0.0.0.1/32'],
			['0.0.0.0/0', '10.0.0.0/8'],
			['::ffff:10.0.0.0/104', '10.0.0.0/8'],
			['::ffff:10.0.0.0/104', '::/0'],
			['::/80', '0.0.0.0/0'],
			['0.0.0.0/8', '::fffe:0:0/96'],
		],
		...[
			['1.2.3.4', '1.2.3.5'],
			['200.1.1.1', '200.1.2.0/24'],
			['::ffff:1.2.3.4', '1.2.3.4'],
			['::1'],
			['ffff::/16', 'fffe::/16'],
			['::/64', '::/64'],
		],
	];
	const all = [
		...[...hand, ...random].flatMap((list): Call[] => [
			['net.cidr_merge', rego(list)],
			['net.cidr_merge', `{${list.map(rego).join(', ')}}`],
		]),
		...calls('net.cidr_merge', [...OTHERS, '"10.0.0.0/8"', '["10.0.0.0/8", 5]', '{"a": "10.0.0.0/8"}']),
	];
	t.strictSame(await differences(compiler, cidrs, all), [], `${all.length} calls`);
});

t.test('paths', async (t) => {
	const list = [
		...[
			'{"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}',
			'{"a": ["a"]}',
			'{"a": ["a", "b"], "b": ["a"]}',
			'{"a": ["b"], "b": ["c"], "c": ["a"]}',
			'{"a": {"b", "x"}, "b": null}',
		],
		...[
			'{"a": [], "b": ["a", "a", "zz"]}',
			'{1: [2, 1.0], 2: [1]}',
			'{["k"]: [["k"], {"s"}], {"s"}: [["k"]]}',
			'{"a": "b"}',
			'{"a": {"b": 1}, "b": []}',
			'{}',
			'{"a": ["b", "c"], "b": ["c", "a"], "c": ["b", "a"]}',
		],
		...[
			'{"a": ["x"]}',
			'{"a": [null], null: [true], true: []}',
			'{"é": ["𝒳"], "𝒳": ["é", "é2"], "é2": []}',
			'[]',
			'null',
			'{"a"}',
		],
	];
	const starts = [
		'["a"]',
		'{"a", "b"}',
		'[]',
		'["a", "a", "zz"]',
		'[1, 2.0]',
		'{["k"]}',
		'"a"',
		'null',
		'{}',
		'["é", null]',
		'[["k"], {"s"}]',
	];
	let seed = 99;
	const next = (n: number) => {
		seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
		return Math.floor((seed / 2_147_483_648) * n);
	};
	const random = Array.from({ length: 200 }, () =>
		rego(
			Object.fromEntries(
				Array.from({ length: 1 + next(5) }, (_, i) => [
					'abcdef'[i]!,
					Array.from({ length: next(4) }, () => 'abcdefg'[next(7)]),
				]),
			),
		),
	);
	const all = calls('graph.reachable_paths', [...list, ...random], starts);
	t.strictSame(await differences(compiler, graphs, all), [], `${all.length} calls`);
});

t.test('what is too much is undefined', async (t) => {
	const complete = Array.from({ length: 30 }, (_, i) => `n${i}`);
	const graph = new RegoObject(complete.map((node) => [node, complete]));
	t.ok(isRefused(() => graphs['graph.reachable_paths']({}, graph, ['n0'])));
	const chain = new RegoObject(Array.from({ length: 100_000 }, (_, i) => [i, i < 99_999 ? [i + 1] : []]));
	t.equal((graphs['graph.reachable_paths']({}, chain, [0]).members[0] as unknown[]).length, 100_000);
	for (const text of ['10.0.0.0/15', '::/0', '0.0.0.0/0', '::/111']) {
		t.ok(isRefused(() => cidrs['net.cidr_expand']({}, text)));
	}
	t.equal(cidrs['net.cidr_expand']({}, '10.0.0.0/16').members.length, 65_536);
	const many = Array.from({ length: 2000 }, (_, i) => `10.0.${i % 256}.0/24`);
	t.ok(isRefused(() => cidrs['net.cidr_contains_matches']({}, many, many)));
});
