import type { CustomFetch } from 'openid-client';

/** Redirects are never followed: a secret would go along. */
export function fetchWith(_allowPrivate: readonly string[]): CustomFetch {
	return (url, options) => fetch(url, { ...options, redirect: 'manual' } as RequestInit);
}
