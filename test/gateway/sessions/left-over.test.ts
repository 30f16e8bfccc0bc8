import fc from 'fast-check';
import t from 'tap';
import { call, request, result } from '../../fixtures/frames.ts';
import { FakeExchange, type HouseUnderTest, houseUnderTest, reason, stubPolicy } from '../../fixtures/house.ts';
import { modernCall } from '../../fixtures/modern.ts';

const policy = stubPolicy((input) => ({
	reasons:
		input.tool?.name === 'held' && input.kind === 'request'
			? [reason('hold', 'a/hold')]
			: input.tool?.name === 'denied'
				? [reason('deny', 'a/deny')]
				: [],
}));
const tick = async () => {
	for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** As on a wire: after its end there is nothing more. */
class Once extends FakeExchange {
	over = false;
	override async send(bytes: Buffer): Promise<void> {
		if (this.over) throw new Error('over');
		await super.send(bytes);
	}
	override async end(...all: Parameters<FakeExchange['end']>): Promise<void> {
		if (this.over) return;
		this.over = true;
		await super.end(...all);
	}
	/** Answers that it was given; the gateway's own refusals have no id. */
	get answers(): number {
		return this.got.filter(({ bytes }) => bytes?.length && /"(?:result|error)"/.test(String(bytes))).length;
	}
}

/** One thing that happens; `n` picks among what there is. */
const happening = fc.record({
	what: fc.constantFrom(
		'ask',
		'ask',
		'ask',
		'leave',
		'cancel',
		'answer',
		'answer',
		'lie',
		'twice',
		'question',
		'reply',
		'wait',
	),
	n: fc.nat(1_000),
	tool: fc.constantFrom('plain', 'plain', 'held', 'denied'),
});

/** Plays both sides: a server that answers what it got, or something else; clients of both eras under few ids. */
class Play {
	readonly #h: HouseUnderTest;
	readonly #session: string | undefined;
	/** What is under way. */
	readonly #under: Promise<unknown>[] = [];
	readonly asked: { exchange: Once; text: string }[] = [];
	/** Requests that the server has and has not answered. */
	#open: { id: unknown; exchange: number }[] = [];
	#taken = 0;
	#answered: { id: unknown; exchange: number }[] = [];

	/** `session`: of the revisions that have one; else these are clients from 2026-07-28 on. */
	constructor(h: HouseUnderTest, session: string | undefined) {
		this.#h = h;
		this.#session = session;
		this.#taken = h.upstream.sent.length;
	}

	#receive(): void {
		for (const { bytes, exchange } of this.#h.upstream.sent.slice(this.#taken)) {
			const { id, method } = JSON.parse(String(bytes)) as { id?: unknown; method?: string };
			if (id !== undefined && method === 'tools/call') this.#open.push({ id, exchange });
			else this.#h.upstream.events?.done(exchange, { ok: true, status: 202 });
		}
		this.#taken = this.#h.upstream.sent.length;
	}

	async step({ what, n, tool }: { what: string; n: number; tool: string }): Promise<void> {
		const h = this.#h;
		const modern = this.#session === undefined;
		const told = (json: object) => (modern ? h.modern(json) : h.client(this.#session, json));
		const pipe = h.upstream.kind !== 'http';
		const id = 1 + (n % 3);
		const one = <T>(list: readonly T[]): T | undefined => list[n % Math.max(1, list.length)];
		if (what === 'ask') {
			const exchange = new Once();
			const frame = modern ? modernCall(id, tool) : call(id, tool);
			this.asked.push({ exchange, text: JSON.stringify(frame) });
			this.#under.push(modern ? h.modern(frame, { exchange }) : h.client(this.#session, frame, exchange));
		} else if (what === 'leave') one(this.asked)?.exchange.leave();
		else if (what === 'cancel')
			this.#under.push(told({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } }));
		else if (what === 'answer') await this.#answer(n);
		else if (what === 'lie')
			this.#under.push(h.upstream.says(result(id, { lie: n }), pipe ? undefined : one(this.#open)?.exchange));
		else if (what === 'twice' && this.#answered.length > 0) {
			const { id: again, exchange } = one(this.#answered)!;
			this.#under.push(h.upstream.says(result(again as number, { again: n }), pipe ? undefined : exchange, true));
		} else if (what === 'question') {
			const at = one(this.#open)?.exchange;
			if (at !== undefined) this.#under.push(h.upstream.says(request(id, 'roots/list'), pipe ? undefined : at, true));
		} else if (what === 'reply') this.#under.push(told(result(id, { roots: [] })));
		else if (what === 'wait') h.clock.pass(n * 10);
		await tick();
		this.#receive();
	}

	async #answer(n: number): Promise<void> {
		const at = n % Math.max(1, this.#open.length);
		const [one] = this.#open.splice(at, 1);
		if (one === undefined) return;
		const pipe = this.#h.upstream.kind !== 'http';
		this.#under.push(this.#h.upstream.says(result(one.id as number, { answer: n }), pipe ? undefined : one.exchange));
		await tick();
		if (!pipe) this.#h.upstream.events?.done(one.exchange, { ok: true, status: 200 });
		this.#answered.push(one);
	}

	/** The server answers everything that it still gets; nobody is asked about what is held any more. */
	async end(): Promise<void> {
		for (let quiet = 0; quiet < 3; ) {
			const under = this.#under.splice(0);
			let done = false;
			void Promise.all(under).then(() => {
				done = true;
			});
			do {
				await tick();
				this.#h.clock.pass(46_000);
				this.#receive();
				while (this.#open.length > 0) await this.#answer(0);
			} while (!done);
			quiet = under.length === 0 ? quiet + 1 : 0;
		}
	}
}

for (const kind of ['http', 'stdio'] as const)
	for (const modern of [false, true])
		t.test(
			`clients ${modern ? 'without' : 'with'} a session, a server on ${kind}: one outcome each, nothing left`,
			async (t) => {
				let round = 0;
				const play = async (happenings: readonly { what: string; n: number; tool: string }[]) => {
					const h = await houseUnderTest(t.testdir({ [`${++round}`]: {} }), policy, { kind });
					try {
						const session = modern ? undefined : await h.begin();
						for (const { exchange } of h.upstream.sent) h.upstream.events?.done(exchange, { ok: true, status: 200 });
						const play = new Play(h, session);
						for (const one of happenings) await play.step(one);
						await play.end();
						const left = {
							untold: play.asked.filter(({ exchange }) => !exchange.gone && !exchange.over).map(({ text }) => text),
							toldTwice: play.asked.filter(({ exchange }) => exchange.answers > 1).map(({ text }) => text),
							inFlight: h.sessions.inFlight,
							sessions: 0,
						};
						h.clock.pass(2 * 1_800_000);
						await tick();
						// Anything that were still open would keep its session from ending.
						left.sessions = h.sessions.count;
						return left;
					} finally {
						await h.close();
					}
				};
				const nothing = JSON.stringify({ untold: [], toldTwice: [], inFlight: 0, sessions: 0 });
				await fc.assert(
					fc.asyncProperty(fc.array(happening, { minLength: 10, maxLength: 50 }), async (happenings) => {
						const left = JSON.stringify(await play(happenings));
						if (left !== nothing) throw new Error(left);
					}),
					{ numRuns: 15 },
				);
				t.ok(round >= 15);
			},
		);
