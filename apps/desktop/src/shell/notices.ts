import { quotaShort, troubleCounts } from '@tidesync/shared/status-words';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { Place } from './bridge.ts';

/** One message on the desktop, and where a click on it leads. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly place: Place;
}

const QUOTA_WARNINGS = [0.8, 0.95, 1];

/**
 * What has happened between two looks that a person wants to hear of without asking. Success is not among it.
 * @param before null: the first look, which only remembers
 */
export function noticesBetween(before: EngineStatus | null, after: EngineStatus): Notice[] {
  if (before === null) return [];
  return [
    signedOut(before, after),
    halted(before, after),
    held(before, after),
    ...counted(before, after),
    quota(before, after),
  ].filter((notice): notice is Notice => notice !== null);
}

/** Several at once become one, so that a bad moment does not bury the desktop. */
export function coalesced(notices: readonly Notice[]): Notice | null {
  const first = notices[0];
  if (first === undefined || notices.length === 1) return first ?? null;
  const bodies = [...new Set(notices.map((notice) => notice.body))];
  return { title: 'Tidesync needs you', body: bodies.join('\n'), place: first.place };
}

function signedOut(before: EngineStatus, after: EngineStatus): Notice | null {
  if (before.session.is !== 'signedIn' || after.session.is !== 'signedOut') return null;
  if (after.session.why !== 'revoked') return null;
  const body = 'This device was removed from the account. Nothing is synced until you sign in again.';
  return { title: 'Signed out', body, place: 'onboarding' };
}

function halted(before: EngineStatus, after: EngineStatus): Notice | null {
  const known = new Set(before.roots.filter((root) => root.state === 'halted').map((root) => root.rootId));
  const fresh = after.roots.find((root) => root.state === 'halted' && !known.has(root.rootId));
  if (fresh === undefined) return null;
  return { title: `"${fresh.libraryName}" is not synced`, body: fresh.sentence, place: 'problems' };
}

function held(before: EngineStatus, after: EngineStatus): Notice | null {
  const [was, is] = [troubleCounts(before).held, troubleCounts(after).held];
  if (is <= was || was > 0) return null;
  const files = `${is.toLocaleString('en-US')} ${is === 1 ? 'file was' : 'files were'}`;
  const body = `${files} deleted here. Nothing is deleted elsewhere before you say yes.`;
  return { title: 'Deletes wait for your yes', body, place: 'held' };
}

function counted(before: EngineStatus, after: EngineStatus): (Notice | null)[] {
  const [was, is] = [troubleCounts(before), troubleCounts(after)];
  const more = (n: number, one: string, many: string) =>
    n === 1 ? one : `${n.toLocaleString('en-US')} ${many}`;
  const conflicts = is.conflicts - was.conflicts;
  const problems = is.problems - was.problems;
  const haltsGrew = halted(before, after) !== null;
  return [
    conflicts <= 0
      ? null
      : {
          title: 'Both versions were kept',
          body: more(conflicts, 'A file was changed in two places.', 'files were changed in two places.'),
          place: 'conflicts',
        },
    problems <= 0 || haltsGrew
      ? null
      : {
          title: 'Not everything is synced',
          body: more(problems, 'A path needs attention.', 'paths need attention.'),
          place: 'problems',
        },
  ];
}

/** Once at each of the marks, on the way up. */
function quota(before: EngineStatus, after: EngineStatus): Notice | null {
  const shareOf = ({ quota: one }: EngineStatus) =>
    one === null || one.limitBytes === 0 ? null : one.usedBytes / one.limitBytes;
  const [was, is] = [shareOf(before), shareOf(after)];
  if (was === null || is === null) return null;
  const passed = QUOTA_WARNINGS.filter((mark) => was < mark && is >= mark).at(-1);
  if (passed === undefined) return null;
  const used = `${quotaShort(after.quota)} used.`;
  if (passed === 1)
    return { title: 'The quota is full', body: `${used} Uploads wait, downloads go on.`, place: 'home' };
  return { title: 'The quota is nearly full', body: used, place: 'home' };
}
