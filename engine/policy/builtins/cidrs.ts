import { RegoObject, RegoSet, type Value } from '../value/value.ts';
import { mergeCidrs } from './cidr-merge.ts';
import { addressText, parseAddress } from './ip-addresses.ts';
import { containsAddress, containsNetwork, lastAddress, type Network, parseCidr } from './ip-networks.ts';
import { membersOf, textOf } from './operands.ts';
import { type Builtin, BuiltinError } from './types.ts';

/** Addresses that `net.cidr_expand` lists: a /16, or an IPv6 /112. */
const MOST_ADDRESSES = 65_536n;
/** Comparisons of `net.cidr_contains_matches`, some 100 ns each. */
const MOST_PAIRS = 1_000_000;

/** `net.cidr_*`; `contains` and `intersects` are native in the module. */
export const cidrs = {
	'net.cidr_is_valid': (_: unknown, cidr: Value) => typeof cidr === 'string' && parseCidr(cidr) !== undefined,
	'net.cidr_expand': (_: unknown, cidr: Value) => {
		const network = cidrOf(cidr);
		const last = lastAddress(network);
		if (last - network.base >= MOST_ADDRESSES) throw new BuiltinError('a network of too many addresses');
		const addresses: string[] = [];
		for (let address = network.base; address <= last; address++) addresses.push(addressText(address));
		return new RegoSet(addresses);
	},
	'net.cidr_merge': (_: unknown, addresses: Value) => new RegoSet(mergeCidrs(membersOf(addresses).map(textOf))),
	'net.cidr_contains_matches': (_: unknown, cidrsOperand: Value, addresses: Value) => {
		const left = entriesOf(cidrsOperand);
		// OPA looks at nothing that it has nothing to compare with.
		const right = left.length === 0 ? [] : entriesOf(addresses);
		if (left.length * right.length > MOST_PAIRS) throw new BuiltinError('too many pairs');
		if (right.length === 0) return new RegoSet([]);
		const networks = left.map(({ cidr, index }) => ({ network: cidrOf(cidr), index }));
		const inside = right.map(({ cidr, index }) => ({ isIn: testOf(textOf(cidr)), index }));
		return new RegoSet(
			networks.flatMap(({ network, index }) =>
				inside.filter(({ isIn }) => isIn(network)).map((found) => [index, found.index]),
			),
		);
	},
} satisfies Record<string, Builtin>;

function cidrOf(value: Value): Network {
	const network = parseCidr(textOf(value));
	if (network === undefined) throw new BuiltinError('not a network');
	return network;
}

/** An address or a network, as a question to networks. */
function testOf(text: string): (network: Network) => boolean {
	const address = parseAddress(text)?.address;
	if (address !== undefined) return (network) => containsAddress(network, address);
	const inner = cidrOf(text);
	return (network) => containsNetwork(network, inner);
}

interface Entry {
	readonly cidr: Value;
	/** What the result calls it: the text itself, the index in an array, the key in an object, the member of a set. */
	readonly index: Value;
}

function entriesOf(operand: Value): readonly Entry[] {
	if (typeof operand === 'string') return [{ cidr: operand, index: operand }];
	if (operand instanceof RegoObject)
		return operand.entries.map(([index, value]) => ({ cidr: elementOf(value), index }));
	if (operand instanceof RegoSet) return operand.members.map((index) => ({ cidr: elementOf(index), index }));
	if (!Array.isArray(operand)) return [];
	return operand.map((value: Value, index) => ({ cidr: elementOf(value), index }));
}

/** A text, or the first of an array. */
function elementOf(value: Value): Value {
	if (typeof value === 'string') return value;
	if (Array.isArray(value) && value.length > 0) return value[0] as Value;
	throw new BuiltinError('neither a text nor an array that begins with one');
}
