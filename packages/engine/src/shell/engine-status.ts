import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { RootJournal, RootRecord } from '../ports/journal.ts';
import type { DeviceRules } from './device-rules.ts';
import { rootStatusOf } from './root-status.ts';
import type { Session } from './session-status.ts';
import { sessionStatusOf } from './session-status.ts';
import type { SyncRoot } from './sync-root.ts';

export interface StatusOf {
  readonly session: Session;
  readonly roots: readonly {
    readonly record: RootRecord;
    readonly journal: RootJournal;
    readonly running: SyncRoot | null;
  }[];
  readonly quota: EngineStatus['quota'];
  readonly rules: Pick<DeviceRules, 'settings' | 'restsFor'>;
  readonly secretsIn: EngineStatus['secretsIn'];
  readonly version: string;
}

/** What an engine is doing, for people. */
export function engineStatusOf({ session, roots, quota, rules, secretsIn, version }: StatusOf): EngineStatus {
  const offline = roots.find(({ running }) => running?.offline)?.running?.offline ?? null;
  return {
    session: sessionStatusOf(session, offline),
    quota,
    roots: roots.map((root) => rootStatusOf({ ...root, restsFor: rules.restsFor })),
    device: rules.settings,
    secretsIn,
    version,
  };
}
