import { SluiceError } from '../../engine/error.ts';
import { AuditTrail } from '../../gateway/audit-trail.ts';
import { adminUrlOf } from '../../gateway/config/admin-url.ts';
import { osPrincipal } from '../../gateway/identity/principals.ts';
import { LmdbRecorder } from '../../gateway/record/lmdb/recorder.ts';
import { openUpstream } from '../../gateway/upstream/assemble.ts';
import { type GrantInfo, Grants } from '../../gateway/upstream/grants.ts';
import type { Shell } from '../shell.ts';
import { type LocalStore, type StorePlace, withStore } from './local-store.ts';

/** Who has connected themselves to which server, by server and principal. */
export function listConnections(place: StorePlace, shell: Shell): Promise<GrantInfo[]> {
	return withStore(place, shell, true, async (local) => grantsOf(local, shell).list());
}

/**
 * Ends a connection, for a gateway that runs too, and tells the authorization server if the configuration says how.
 * @throws SluiceError `ERR_CONNECTION_UNKNOWN`
 */
export function removeConnection(id: string, place: StorePlace, shell: Shell): Promise<GrantInfo> {
	return withStore(place, shell, false, async (local) => {
		const found = grantsOf(local, shell)
			.list()
			.find((info) => info.id === id);
		if (found === undefined) {
			throw new SluiceError('ERR_CONNECTION_UNKNOWN', `there is no connection \`${id}\``, {
				help: '`sluice connections list` names those that there are',
			});
		}
		const { store, master, config } = local;
		const recorder = new LmdbRecorder(store, master);
		const close = shell.use(() => recorder.close());
		try {
			const trail = new AuditTrail(recorder, shell.clock);
			const server = config?.servers[found.server];
			const { connections } = await openUpstream({
				config: { servers: server === undefined ? {} : { [server.name]: server } },
				env: shell.env,
				clock: shell.clock,
				store,
				box: (purpose) => master.textBox(purpose),
				adminUrl: () => (config === undefined ? undefined : adminUrlOf(config)),
				record: (by, { what, ...detail }) => trail.connection(what, by, detail),
			});
			return await connections.remove(id, osPrincipal(shell.user));
		} finally {
			await close();
		}
	});
}

function grantsOf({ store, master }: LocalStore, shell: Shell): Grants {
	return new Grants(store.table('grants'), master.textBox('grants'), shell.clock);
}
