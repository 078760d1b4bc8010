import { quotaShort, troubleCounts } from '@tidesync/shared/status-words';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { Place } from './bridge.ts';
import type { ShellSpeech } from './speech.ts';

/** One message on the desktop, and where a click on it leads. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly place: Place;
}

const QUOTA_WARNINGS = [0.8, 0.95, 1];

/** Two looks at the engine, one after the other. */
interface Looks {
  /** Null: the second is the first one, which only remembers. */
  readonly before: EngineStatus | null;
  readonly after: EngineStatus;
}
interface TwoLooks extends Looks {
  readonly before: EngineStatus;
}

/** What has happened between two looks that a person wants to hear of without asking. Success is not among it. */
export function noticesBetween({ before, after }: Looks, speech: ShellSpeech): Notice[] {
  if (before === null) return [];
  const looks = { before, after };
  return [
    signedOut(looks, speech),
    halted(looks, speech),
    held(looks, speech),
    conflicts(looks, speech),
    problems(looks, speech),
    quota(looks, speech),
  ].filter((notice): notice is Notice => notice !== null);
}

/** Several at once become one, so that a bad moment does not bury the desktop. */
export function coalesced(notices: readonly Notice[], { words }: ShellSpeech): Notice | null {
  const first = notices[0];
  if (first === undefined || notices.length === 1) return first ?? null;
  const bodies = [...new Set(notices.map((notice) => notice.body))];
  return { title: words('notices.several'), body: bodies.join('\n'), place: first.place };
}

/** Closing the window for the first time does not end the app. */
export function staysNotice({ words }: ShellSpeech): Notice {
  return { title: words('notices.stays.title'), body: words('notices.stays.body'), place: 'home' };
}

function signedOut({ before, after }: TwoLooks, { words }: ShellSpeech): Notice | null {
  if (before.session.is !== 'signedIn' || after.session.is !== 'signedOut') return null;
  const { why } = after.session;
  if (why !== 'revoked' && why !== 'copied') return null;
  return {
    title: words('notices.signedOut.title'),
    body: words(why === 'copied' ? 'notices.signedOut.copied' : 'notices.signedOut.body'),
    place: 'onboarding',
  };
}

function halted({ before, after }: TwoLooks, { words, status }: ShellSpeech): Notice | null {
  const known = new Set(before.roots.filter((root) => root.state === 'halted').map((root) => root.rootId));
  const fresh = after.roots.find((root) => root.state === 'halted' && !known.has(root.rootId));
  if (fresh === undefined) return null;
  const title = words('notices.halted', { library: fresh.libraryName });
  return { title, body: status.folder(fresh), place: 'problems' };
}

function held({ before, after }: TwoLooks, { words, status }: ShellSpeech): Notice | null {
  const [was, is] = [troubleCounts(before).held, troubleCounts(after).held];
  if (is <= was || was > 0) return null;
  const body = words('notices.heldBody', { count: is, shown: status.count(is) });
  return { title: words('notices.held'), body, place: 'held' };
}

function conflicts({ before, after }: TwoLooks, { words, status }: ShellSpeech): Notice | null {
  const more = troubleCounts(after).conflicts - troubleCounts(before).conflicts;
  if (more <= 0) return null;
  const body = words('notices.conflictsBody', { count: more, shown: status.count(more) });
  return { title: words('notices.conflicts'), body, place: 'conflicts' };
}

/** A folder that stops is a message of its own. */
function problems(looks: TwoLooks, speech: ShellSpeech): Notice | null {
  const { words, status } = speech;
  const more = troubleCounts(looks.after).problems - troubleCounts(looks.before).problems;
  if (more <= 0 || halted(looks, speech) !== null) return null;
  const body = words('notices.problemsBody', { count: more, shown: status.count(more) });
  return { title: words('notices.problems'), body, place: 'problems' };
}

/** Once at each of the marks, on the way up. */
function quota({ before, after }: TwoLooks, { words, status }: ShellSpeech): Notice | null {
  const shareOf = ({ quota: one }: EngineStatus) =>
    one === null || one.limitBytes === 0 ? null : one.usedBytes / one.limitBytes;
  const [was, is] = [shareOf(before), shareOf(after)];
  if (was === null || is === null) return null;
  const passed = QUOTA_WARNINGS.filter((mark) => was < mark && is >= mark).at(-1);
  if (passed === undefined) return null;
  const key = passed === 1 ? 'quotaFull' : 'quotaNear';
  const body = words(`notices.${key}Body`, { quota: quotaShort(after.quota, status) });
  return { title: words(`notices.${key}`), body, place: 'home' };
}
