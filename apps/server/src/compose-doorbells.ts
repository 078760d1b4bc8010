import { localDoorbells } from './adapters/events/local-doorbells.ts';
import { notYet } from './compose-store.ts';
import type { Doorbells } from './ports/doorbells.ts';
import type { ServerSettings } from './settings/server-settings.ts';

export interface ComposedDoorbells {
  readonly doorbells: Doorbells;
  /** False while news of other servers does not come, so that devices hear of it by their polls only. */
  connected(): boolean;
  close(): Promise<void>;
}

/** News between servers. It never keeps a server from starting: without it devices poll. */
export async function composeDoorbells({ events }: ServerSettings): Promise<ComposedDoorbells> {
  switch (events.kind) {
    case 'local':
      return { doorbells: localDoorbells(), connected: () => true, close: async () => undefined };
    case 'nats':
      return notYet('NATS_URL', 'a NATS server');
  }
}
