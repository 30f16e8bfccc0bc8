/** A page as a person sees it. */
export interface Page {
	readonly url: string;
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
}

interface Form {
	readonly action: string;
	readonly fields: Record<string, string>;
}

/**
 * As much of a browser as the pages need: cookies by host name (ports share them), redirects, forms with the headers
 * that browsers send, form-action of the page's policy. It runs no script.
 */
export class Browser {
	readonly #cookies = new Map<string, Map<string, string>>();
	/** Every URL it was at. */
	readonly visited: string[] = [];

	/** Goes to a URL, as from its address bar or (`from`) a link on another page. */
	async open(url: string, from?: string): Promise<Page> {
		return await this.#go(new URL(url), { method: 'GET' }, from);
	}

	/** Fills in the page's `n`th form and posts it. */
	async submit(page: Page, values: Readonly<Record<string, string>> = {}, n = 0): Promise<Page> {
		const form = formsOf(page)[n];
		if (form === undefined) throw new Error(`no form ${n} on ${page.url}: ${page.status}\n${page.text}`);
		const body = new URLSearchParams({ ...form.fields, ...values }).toString();
		return await this.#go(new URL(form.action, page.url), { method: 'POST', body }, page.url);
	}

	async #go(first: URL, request: { method: string; body?: string }, from: string | undefined): Promise<Page> {
		let url = first;
		let { method, body } = request;
		const cross = from !== undefined && new URL(from).origin !== url.origin;
		for (let hops = 0; hops < 20; hops++) {
			this.visited.push(url.href);
			const answer = await fetch(url, {
				method,
				redirect: 'manual',
				headers: {
					...this.#cookieHeader(url),
					'sec-fetch-mode': 'navigate',
					'sec-fetch-site':
						from === undefined ? 'none' : cross || url.origin !== first.origin ? 'cross-site' : 'same-origin',
					...(method === 'POST'
						? { origin: new URL(from!).origin, 'content-type': 'application/x-www-form-urlencoded' }
						: {}),
				},
				...(body === undefined ? {} : { body }),
			});
			this.#keep(url, answer.headers.getSetCookie());
			const location = answer.headers.get('location');
			if (answer.status < 300 || answer.status >= 400 || location === null)
				return { url: url.href, status: answer.status, headers: answer.headers, text: await answer.text() };
			await answer.body?.cancel();
			url = new URL(location, url);
			method = 'GET';
			body = undefined as never;
		}
		throw new Error('too many redirects');
	}

	#cookieHeader({ hostname }: URL): Record<string, string> {
		const jar = this.#cookies.get(hostname);
		return jar === undefined || jar.size === 0 ? {} : { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join('; ') };
	}

	#keep({ hostname }: URL, set: readonly string[]): void {
		const jar = this.#cookies.get(hostname) ?? new Map<string, string>();
		this.#cookies.set(hostname, jar);
		for (const line of set) {
			const [pair, ...attributes] = line.split(/; */);
			const [name, ...value] = pair!.split('=');
			const gone =
				value.join('=') === '' || attributes.some((a) => /^(max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(a));
			if (gone) jar.delete(name!);
			else jar.set(name!, value.join('='));
		}
	}
}

function formsOf({ text }: Page): Form[] {
	return [...text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(([, action, inside]) => ({
		action: action!,
		fields: Object.fromEntries(
			[...inside!.matchAll(/<input[^>]*>/g)].map(([input]) => [
				/name="([^"]*)"/.exec(input)?.[1] ?? '',
				/value="([^"]*)"/.exec(input)?.[1] ?? '',
			]),
		),
	}));
}
