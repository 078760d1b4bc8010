import { sentenceOf } from '@tidesync/shared/problems';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { SessionRecord } from '../ports/journal.ts';
import type { Offline } from './root-events.ts';
import type { SignedOutWhy } from './sign-in.ts';

export type Session =
  | { readonly is: 'out'; readonly why: SignedOutWhy }
  | { readonly is: 'in'; readonly record: SessionRecord };

/** Who is signed in where, and whether the server answers. */
export function sessionStatusOf(session: Session, offline: Offline | null): EngineStatus['session'] {
  if (session.is === 'out') return { is: 'signedOut', why: session.why };
  const { serverUrl, email, deviceName } = session.record;
  const offlineSentence = offline === null ? null : sentenceOf(offline.problem);
  return { is: 'signedIn', serverUrl, email, deviceName, online: offline === null, offlineSentence };
}
