import type { FilePolicy } from '@tidesync/shared/file-policy';
import type { Retention } from '@tidesync/shared/wire/retention';
import type { LoginThrottle } from '../domain/login-throttle.ts';
import type { Clock } from './clock.ts';
import type { Doorbells } from './doorbells.ts';
import type { Metrics } from './metrics.ts';
import type { ObjectStore } from './object-store.ts';
import type { Passwords } from './passwords.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';

/** Everything a server is composed of; each use-case asks for the few it needs. */
export interface ServerPorts {
  readonly store: Store;
  readonly objectStore: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly doorbells: Doorbells;
  readonly passwords: Passwords;
  readonly metrics: Metrics;
  readonly policy: ServerPolicy;
  /** Forgets with the process: a restart lets everyone try again, which a restart is too rare to matter for. */
  readonly throttle: LoginThrottle;
}

/** What the server's administrator has decided for everyone. */
export interface ServerPolicy {
  readonly files: FilePolicy;
  /** Of a new account. */
  readonly quotaBytesDefault: number;
  /** Of libraries that say nothing else. */
  readonly retention: Retention;
  /** How long an object stays whose content nothing needs any more: the oldest backup that can be restored. */
  readonly deleteAfterDays: number;
  /** Where packs lie, in words for administrators; without keys. */
  readonly storage: string;
}
