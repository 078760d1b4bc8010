import type { FastifyBaseLogger } from 'fastify';
import { localDoorbells } from './adapters/events/local-doorbells.ts';
import type { Doorbells, ListenersHere } from './ports/doorbells.ts';
import type { NatsSettings, ServerSettings } from './settings/server-settings.ts';

export interface ComposedDoorbells {
  readonly doorbells: Doorbells;
  readonly listeners: ListenersHere;
  /** False while the news that the settings ask for does not come; devices hear of it later then. */
  connected(): boolean;
  /** Whether other servers' rings come at all; without them the server has to look for itself. */
  hearsOthers(): boolean;
  close(): Promise<void>;
}

interface Surroundings {
  /** Of this start of this server. */
  readonly serverId: string;
  readonly log: FastifyBaseLogger;
}

/** News between servers. It never keeps a server from starting, and nothing waits for it. */
export async function composeDoorbells(
  { events }: ServerSettings,
  surroundings: Surroundings,
): Promise<ComposedDoorbells> {
  if (events.kind === 'nats') return composeNats(events, surroundings);
  const doorbells = localDoorbells();
  const close = async () => undefined;
  return { doorbells, listeners: doorbells, connected: () => true, hearsOthers: () => false, close };
}

/** Only those who use it load the client of NATS, which would slow every start down. */
async function composeNats(
  settings: NatsSettings,
  { serverId, log }: Surroundings,
): Promise<ComposedDoorbells> {
  const { openNatsDoorbells } = await import('./adapters/events/nats-doorbells.ts');
  const { url, subjectPrefix, credsFile, caFile } = settings;
  const nats = openNatsDoorbells({
    ...{ url, subjectPrefix, credsFile, caFile, serverId },
    onState(state) {
      if (state.is === 'connected') log.info('connected to NATS');
      else log.warn({ detail: state.detail }, 'NATS is away: news of other servers comes a little later');
    },
  });
  const connected = () => nats.state().is === 'connected';
  return { doorbells: nats, listeners: nats, connected, hearsOthers: connected, close: () => nats.close() };
}
