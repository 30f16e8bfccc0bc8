import { compareNumbers } from '../../value/decimal.ts';
import { isNumber, RegoObject, type Value } from '../../value/value.ts';
import { textOfBytes } from '../crypto/bytes.ts';
import { doubleOf, objectOf, textOf } from '../operands.ts';
import { type Builtin, type BuiltinContext, BuiltinError } from '../types.ts';
import { verifyingAlgorithm } from './algorithms.ts';
import {
	decodeHeader,
	decodePart,
	type Header,
	parseObject,
	readHeader,
	signedData,
	splitToken,
	type Token,
} from './token.ts';
import { anyKeyVerifies, type VerificationKey, verificationKeys } from './verification-keys.ts';
import { verifiesWith } from './verify.ts';

/** `io.jwt.decode` and `io.jwt.decode_verify`; the second one's clock is the frame's, unless `time` is given. */
export const decoders = {
	'io.jwt.decode': (_: unknown, value: Value) => decode(value),
	'io.jwt.decode_verify': (context: BuiltinContext, value: Value, constraints: Value) =>
		decodeVerify(value, constraintsOf(objectOf(constraints), context)),
} satisfies Record<string, Builtin>;

/** Header, payload and signature in hex. A token whose content type is `JWT` has another one in it, which counts. */
function decode(value: Value): Value {
	for (let inner = value; ; ) {
		const token = splitToken(inner);
		const header = decodeHeader(token);
		const payload = textOfBytes(decodePart(token.payload));
		const cty = header.get('cty');
		// What is no text crashes OPA here.
		if (cty === undefined || textOf(cty) !== 'JWT') {
			return [header, parseObject(payload), decodePart(token.signature).toString('hex')];
		}
		inner = payload.replace(/^["']+/, '').replace(/(?<!["'])["']+$/, '');
	}
}

interface Constraints {
	readonly keys: readonly VerificationKey[] | undefined;
	readonly secret: string;
	readonly alg: string;
	readonly iss: string;
	readonly aud: string;
	/** Seconds since 1970. */
	readonly now: number;
}

function constraintsOf(given: RegoObject, { nowNs }: BuiltinContext): Constraints {
	const known = ['cert', 'secret', 'alg', 'iss', 'aud', 'time'];
	if (given.entries.some(([name]) => !known.includes(name as string))) throw new BuiltinError('unknown constraint');
	const text = (name: string) => textOf(given.get(name) ?? '');
	const cert = given.get('cert');
	const keys = cert === undefined ? undefined : verificationKeys(textOf(cert));
	const secret = text('secret');
	if ((keys === undefined) === (secret === '')) throw new BuiltinError('one key constraint must be given');
	const now = timeOf(given.get('time') ?? nowNs) / 1e9;
	return { keys, secret, alg: text('alg'), iss: text('iss'), aud: text('aud'), now };
}

function timeOf(value: Value): number {
	const ns = doubleOf(value);
	if (!(ns >= 0 && ns < Number.POSITIVE_INFINITY)) throw new BuiltinError('no time');
	return ns;
}

const UNVERIFIED: Value = [false, new RegoObject([]), new RegoObject([])];

function decodeVerify(value: Value, constraints: Constraints): Value {
	for (let inner = value; ; ) {
		const token = splitToken(inner);
		const object = decodeHeader(token);
		const header = readHeader(object);
		if (!header.valid || (constraints.alg !== '' && constraints.alg !== header.alg)) return UNVERIFIED;
		if (!isSigned(token, header, constraints)) return UNVERIFIED;
		const payload = textOfBytes(decodePart(token.payload));
		if (header.cty.toLowerCase() !== 'jwt') {
			const claims = parseObject(payload);
			return claimsHold(claims, constraints) ? [true, object, claims] : UNVERIFIED;
		}
		inner = payload;
	}
}

function isSigned(token: Token, header: Header, { keys, secret }: Constraints): boolean {
	const signature = decodePart(token.signature);
	const algorithm = verifyingAlgorithm(header.alg);
	if (algorithm === undefined) return false;
	const data = signedData(token);
	const verifies = (key: VerificationKey['key']) => verifiesWith(key, algorithm, data, signature);
	return keys === undefined
		? verifies(Buffer.from(secret, 'utf8'))
		: anyKeyVerifies(keys, header, ({ key }) => verifies(key));
}

/** The registered claims of RFC 7519 §4.1 that say something about now. */
function claimsHold(claims: RegoObject, { iss, aud, now }: Constraints): boolean {
	if (iss !== '' && textOf(claims.get('iss') ?? '') !== iss) return false;
	const audience = claims.get('aud');
	if (audience === undefined ? aud !== '' : !isFor(audience, aud)) return false;
	const exp = claims.get('exp');
	if (exp !== undefined && order(now, exp) >= 0) return false;
	const nbf = claims.get('nbf');
	return nbf === undefined || order(now, nbf) >= 0;
}

function isFor(audience: Value, aud: string): boolean {
	return Array.isArray(audience) ? (audience as readonly Value[]).includes(aud) : audience === aud;
}

function order(now: number, claim: Value): number {
	if (!isNumber(claim)) throw new BuiltinError('a time that is no number');
	return compareNumbers(now, claim);
}
