import type { Value } from '../../value/value.ts';
import { textOfBytes } from './bytes.ts';
import type { Certificate, Extension } from './certificate.ts';
import { goBytes, goInteger, goList, goObject } from './go-json.ts';
import { urlJson, urlText } from './go-url.ts';
import { type IpNetwork, ipText } from './ip.ts';
import { publicKeyJson } from './key-json.ts';
import type { NameTrees } from './name-constraints.ts';
import { nameJson, timeText } from './names.ts';
import { oidTextOf, smallOid } from './oid-text.ts';

/** Go's `x509.Certificate` as its `encoding/json` writes it; `uriStrings` is OPA's addition. */
export function certificateJson(certificate: Certificate, { uriStrings = false } = {}): Value {
	const { facts } = certificate;
	return goObject({
		Raw: goBytes(certificate.raw),
		RawTBSCertificate: goBytes(certificate.tbs),
		RawSubjectPublicKeyInfo: goBytes(certificate.keyInfo),
		RawSubject: goBytes(certificate.rawSubject),
		RawIssuer: goBytes(certificate.rawIssuer),
		Signature: goBytes(certificate.signature),
		SignatureAlgorithm: certificate.signatureAlgorithm,
		PublicKeyAlgorithm: certificate.publicKeyAlgorithm,
		PublicKey: publicKeyJson(certificate.publicKey),
		Version: goInteger(certificate.version),
		SerialNumber: goInteger(certificate.serial),
		Issuer: nameJson(certificate.issuer),
		Subject: nameJson(certificate.subject),
		NotBefore: timeText(certificate.notBefore),
		NotAfter: timeText(certificate.notAfter),
		KeyUsage: facts.keyUsage,
		Extensions: extensionsJson(certificate.extensions),
		ExtraExtensions: null,
		UnhandledCriticalExtensions: goList(facts.unhandledCritical),
		ExtKeyUsage: goList(facts.extKeyUsage),
		UnknownExtKeyUsage: goList(facts.unknownExtKeyUsage),
		BasicConstraintsValid: facts.basicConstraintsValid,
		IsCA: facts.isCa,
		MaxPathLen: goInteger(facts.maxPathLen.value),
		MaxPathLenZero: facts.maxPathLen.zero,
		SubjectKeyId: goBytes(facts.subjectKeyId),
		AuthorityKeyId: goBytes(facts.authorityKeyId),
		OCSPServer: goList(facts.ocspServer.map(textOfBytes)),
		IssuingCertificateURL: goList(facts.issuingCertificateUrl.map(textOfBytes)),
		...alternativeNamesJson(facts),
		PermittedDNSDomainsCritical: facts.constraintsCritical,
		...treesJson('Permitted', facts.permitted),
		...treesJson('Excluded', facts.excluded),
		CRLDistributionPoints: goList(facts.crlDistributionPoints.map(textOfBytes)),
		PolicyIdentifiers: facts.policies?.map(smallOid).filter((oid) => oid !== undefined) ?? null,
		Policies: goList(facts.policies?.map(oidTextOf) ?? []),
		InhibitAnyPolicy: goInteger(facts.inhibitAnyPolicy.value),
		InhibitAnyPolicyZero: facts.inhibitAnyPolicy.zero,
		InhibitPolicyMapping: goInteger(facts.inhibitPolicyMapping.value),
		InhibitPolicyMappingZero: facts.inhibitPolicyMapping.zero,
		RequireExplicitPolicy: goInteger(facts.requireExplicitPolicy.value),
		RequireExplicitPolicyZero: facts.requireExplicitPolicy.zero,
		PolicyMappings: goList(
			facts.policyMappings.map(([issuer, subject]) =>
				goObject({ IssuerDomainPolicy: oidTextOf(issuer), SubjectDomainPolicy: oidTextOf(subject) }),
			),
		),
		...(uriStrings ? { URIStrings: goList(facts.urls.map(urlText)) } : {}),
	});
}

export function extensionsJson(extensions: readonly Extension[]): Value {
	return goList(
		extensions.map(({ id, critical, value }) => goObject({ Id: id, Critical: critical, Value: goBytes(value) })),
	);
}

export function alternativeNamesJson(
	names: Pick<Certificate['facts'], 'dnsNames' | 'emailAddresses' | 'ipAddresses' | 'urls'>,
): Readonly<Record<string, Value>> {
	return {
		DNSNames: goList(names.dnsNames),
		EmailAddresses: goList(names.emailAddresses),
		IPAddresses: goList(names.ipAddresses.map(ipText)),
		URIs: goList(names.urls.map(urlJson)),
	};
}

function treesJson(side: 'Permitted' | 'Excluded', trees: NameTrees): Readonly<Record<string, Value>> {
	return {
		[`${side}DNSDomains`]: goList(trees.dnsDomains),
		[`${side}IPRanges`]: goList(trees.ipRanges.map(networkJson)),
		[`${side}EmailAddresses`]: goList(trees.emailAddresses),
		[`${side}URIDomains`]: goList(trees.uriDomains),
	};
}

function networkJson({ ip, mask }: IpNetwork): Value {
	return goObject({ IP: ipText(ip), Mask: goBytes(mask) });
}
