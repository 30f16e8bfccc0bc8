/** Go's `x509.ExtKeyUsage`, which are the places in this list: object identifier and the name that OPA has for it. */
const USAGES: readonly (readonly [oid: string, name: string])[] = [
	['2.5.29.37.0', 'KeyUsageAny'],
	['1.3.6.1.5.5.7.3.1', 'KeyUsageServerAuth'],
	['1.3.6.1.5.5.7.3.2', 'KeyUsageClientAuth'],
	['1.3.6.1.5.5.7.3.3', 'KeyUsageCodeSigning'],
	['1.3.6.1.5.5.7.3.4', 'KeyUsageEmailProtection'],
	['1.3.6.1.5.5.7.3.5', 'KeyUsageIPSECEndSystem'],
	['1.3.6.1.5.5.7.3.6', 'KeyUsageIPSECTunnel'],
	['1.3.6.1.5.5.7.3.7', 'KeyUsageIPSECUser'],
	['1.3.6.1.5.5.7.3.8', 'KeyUsageTimeStamping'],
	['1.3.6.1.5.5.7.3.9', 'KeyUsageOCSPSigning'],
	['1.3.6.1.4.1.311.10.3.3', 'KeyUsageMicrosoftServerGatedCrypto'],
	['2.16.840.1.113730.4.1', 'KeyUsageNetscapeServerGatedCrypto'],
	['1.3.6.1.4.1.311.2.1.22', 'KeyUsageMicrosoftCommercialCodeSigning'],
	['1.3.6.1.4.1.311.61.1.1', 'KeyUsageMicrosoftKernelCodeSigning'],
];

export const ANY_USAGE = 0;
export const SERVER_AUTH = 1;

export function extKeyUsage(oid: string): number | undefined {
	const place = USAGES.findIndex(([own]) => own === oid);
	return place < 0 ? undefined : place;
}

export function namedKeyUsage(name: string): number | undefined {
	const place = USAGES.findIndex(([, own]) => own === name);
	return place < 0 ? undefined : place;
}
