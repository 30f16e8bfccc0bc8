import type { Value } from '../../value/value.ts';
import { BuiltinError } from '../types.ts';
import { NO_NAMES, readAlternativeNames } from './alternative-names.ts';
import { type Extension, mustBeDistinct, readExtension } from './certificate.ts';
import { alternativeNamesJson, extensionsJson } from './certificate-json.ts';
import { context, Der, malformed, rightAligned, TAG } from './der.ts';
import { goBytes, goInteger, goList, goObject } from './go-json.ts';
import { publicKeyJson } from './key-json.ts';
import { type Attribute, nameJson, readAny, readAttribute, readLooseName } from './names.ts';
import { PUBLIC_KEY_ALGORITHM, publicKey, readAlgorithm, readKeyInfo } from './public-keys.ts';
import { signatureAlgorithm } from './signature-algorithms.ts';

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** A request of PKCS #10 (RFC 2986), as the JSON of Go's `x509.CertificateRequest`. Its signature is not verified. */
export function certificateRequestJson(bytes: Buffer): Value {
	const all = new Der(bytes);
	const whole = all.element(TAG.sequence);
	if (!all.empty) throw malformed();
	const outer = new Der(whole.content);
	const signed = outer.element(TAG.sequence);
	const der = new Der(signed.content);
	const version = der.int64();
	const rawSubject = der.any().whole;
	const keyInfo = der.element(TAG.sequence);
	const info = readKeyInfo(new Der(keyInfo.content));
	const attributes = elementsOf(der.content(context(0, { constructed: true })));
	const algorithm = readAlgorithm(outer.inside(TAG.sequence));
	const signature = rightAligned(outer.bitString());

	const keyAlgorithm = PUBLIC_KEY_ALGORITHM[info.algorithm.oid] ?? 0;
	const extensions = attributes.flatMap(requestedExtensions);
	mustBeDistinct(extensions);
	const names = extensions
		.filter(({ id }) => id.join('.') === '2.5.29.17')
		.map(({ value }) => readAlternativeNames(new Der(value)));
	return goObject({
		Raw: goBytes(whole.whole),
		RawTBSCertificateRequest: goBytes(signed.whole),
		RawSubjectPublicKeyInfo: goBytes(keyInfo.whole),
		RawSubject: goBytes(rawSubject),
		Version: goInteger(version),
		Signature: goBytes(signature),
		SignatureAlgorithm: signatureAlgorithm(algorithm),
		PublicKeyAlgorithm: keyAlgorithm,
		PublicKey: keyAlgorithm === 0 ? null : publicKeyJson(publicKey(info)),
		Subject: nameJson(readLooseName(rawSubject)),
		Attributes: goList(attributes.flatMap(attributeJson)),
		Extensions: extensionsJson(extensions),
		ExtraExtensions: null,
		...alternativeNamesJson(names.at(-1) ?? NO_NAMES),
	});
}

function elementsOf(content: Buffer): Buffer[] {
	const der = new Der(content);
	const elements: Buffer[] = [];
	while (!der.empty) elements.push(der.any().whole);
	return elements;
}

/** Go knows attributes as sets of names; it leaves out what does not read like that. */
function attributeJson(bytes: Buffer): Value[] {
	const read = maybe(() => {
		const der = new Der(bytes).inside(TAG.sequence);
		const type = der.oid();
		const groups = elementsOf(der.content(TAG.set)).map((group) =>
			elementsOf(new Der(group).content(TAG.sequence)).map((item) =>
				readAttribute(new Der(item).inside(TAG.sequence), readAny),
			),
		);
		return { type, groups };
	});
	if (read === undefined) return [];
	const pairs = (group: readonly Attribute[]) => group.map(({ type, value }) => goObject({ Type: type, Value: value }));
	return [goObject({ Type: read.type, Value: read.groups.map(pairs) })];
}

/** Attributes that do not read are none; extensions that do not read are an error. */
function requestedExtensions(bytes: Buffer): Extension[] {
	const values = maybe(() => {
		const der = new Der(bytes).inside(TAG.sequence);
		return { type: der.oid().join('.'), list: elementsOf(der.content(TAG.set)) };
	});
	const [first] = values?.list ?? [];
	if (first === undefined || values?.type !== EXTENSION_REQUEST) return [];
	return elementsOf(new Der(first).content(TAG.sequence)).map((item) =>
		readExtension(new Der(item).inside(TAG.sequence)),
	);
}

function maybe<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof BuiltinError) return undefined;
		throw error;
	}
}
