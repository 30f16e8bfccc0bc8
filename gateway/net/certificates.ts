import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { publish } from '../telemetry/channels.ts';
import { readTls, type TlsMaterial } from './tls-material.ts';
import { type TlsWatch, watchTls } from './tls-watch.ts';

type Key = 'tls' | 'adminTls';

/** The certificates that the gateway shows, as the configuration names them; they are followed as their files change. */
export class Certificates {
	readonly #config: Pick<Config, Key>;
	readonly #env: Readonly<Record<string, string | undefined>>;
	readonly #clock: Clock;
	readonly #watches: TlsWatch[] = [];

	constructor(config: Pick<Config, Key>, env: Readonly<Record<string, string | undefined>>, clock: Clock) {
		this.#config = config;
		this.#env = env;
		this.#clock = clock;
	}

	/** undefined: none is configured. @throws SluiceError `ERR_CONFIG_SECRET`, `ERR_CONFIG_TLS` */
	async read(key: Key): Promise<TlsMaterial | undefined> {
		const config = this.#config[key];
		return config === undefined ? undefined : readTls(config, key, this.#env);
	}

	/** Gives `renew` what the files hold when they change. What is wrong with them is in the log; the old ones stay. */
	follow(key: Key, renew: (tls: TlsMaterial) => void): void {
		const config = this.#config[key];
		if (config === undefined) return;
		const read = async () => renew(await readTls(config, key, this.#env));
		const onTrouble = (error: unknown) => {
			const message = error instanceof Error ? error.message : String(error);
			publish('trouble', { code: 'ERR_CONFIG_TLS', message: `the certificate in force stays: ${message}` });
		};
		this.#watches.push(watchTls(config, this.#clock, read, onTrouble));
	}

	/** Reads all of them anew, whether they changed or not. */
	async again(): Promise<void> {
		await Promise.all(this.#watches.map((watch) => watch.again()));
	}

	stop(): void {
		for (const watch of this.#watches) watch.stop();
	}
}
