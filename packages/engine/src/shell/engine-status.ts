import { sentenceOf } from '@tidesync/shared/problems';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { RootJournal, RootRecord, SessionRecord } from '../ports/journal.ts';
import { rootStatusOf } from './root-status.ts';
import type { SyncRoot } from './sync-root.ts';

export interface StatusOf {
  readonly session:
    | { readonly is: 'out'; readonly why: 'never' | 'logout' | 'revoked' }
    | { readonly is: 'in'; readonly record: SessionRecord };
  readonly roots: readonly {
    readonly record: RootRecord;
    readonly journal: RootJournal;
    readonly running: SyncRoot | null;
  }[];
  readonly quota: EngineStatus['quota'];
  readonly version: string;
}

/** What an engine is doing, for people. */
export function engineStatusOf({ session, roots, quota, version }: StatusOf): EngineStatus {
  const offline = roots.find(({ running }) => running?.offline)?.running?.offline ?? null;
  return {
    session:
      session.is === 'out'
        ? { is: 'signedOut', why: session.why }
        : {
            is: 'signedIn',
            serverUrl: session.record.serverUrl,
            email: session.record.email,
            deviceName: session.record.deviceName,
            online: offline === null,
            offlineSentence: offline === null ? null : sentenceOf(offline.problem),
          },
    quota,
    roots: roots.map(({ record, running, journal }) => rootStatusOf(record, running, journal)),
    secretsIn: 'file',
    version,
  };
}
