/** Whose request it is, as far as credentials depend on it; transport hands it back as it came. */
export type OnBehalf = object;

/**
 * The gateway's own credentials towards a server, for the requests of one session; given to a connector with the
 * session. A client's credentials are never among them. `on` absent: the gateway's own request in that session.
 */
export interface Credentials {
	/**
	 * Headers for one request, names in lower case; the same ones until they are about to expire. They go to the
	 * server's own origin and nowhere else. Rejects with `UpstreamError` while there are none: then nothing is sent.
	 */
	headers(on?: OnBehalf): Promise<Readonly<Record<string, string>>>;
	/**
	 * The server answered 401 to a request with these headers, so it has not acted. true: ask for `headers` once more
	 * and send the request again; a second 401 is final.
	 */
	rejected(headers: Readonly<Record<string, string>>, on?: OnBehalf): Promise<boolean>;
}
