// The tray as a function of what is known: the same state always gives the same icon, tooltip and menu.
// Every action of the app is in the menu, because not every desktop lets a click on the icon do anything.

import type { AppState } from '@tidesync/shared/app-state';
import { appStateOf } from '@tidesync/shared/app-state';
import { headlineOf, quotaShort, troubleCounts } from '@tidesync/shared/status-words';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { EngineHealth, Place } from './bridge.ts';
import type { ShellSpeech, ShellWords } from './speech.ts';

/** What is known when the tray is drawn. */
export interface TrayView {
  readonly health: EngineHealth;
  /** Null: the engine does not answer. */
  readonly status: EngineStatus | null;
  /** Newest first. */
  readonly changes: readonly RecentChange[];
  readonly speech: ShellSpeech;
}
export interface RecentChange {
  readonly atMs: number;
  readonly sentence: string;
  /** Absolute, of the file or what is left of it; null: nothing to show. */
  readonly path: string | null;
}

export type TrayAction =
  | { readonly do: 'open'; readonly place: Place }
  | { readonly do: 'openFolder'; readonly path: string }
  | { readonly do: 'reveal'; readonly path: string }
  /** `null`: until resumed. */
  | { readonly do: 'pause'; readonly forMs: number | null }
  | { readonly do: 'resume' }
  | { readonly do: 'syncAnyway' }
  | { readonly do: 'syncNow' }
  | { readonly do: 'startEngine' }
  | { readonly do: 'quit' };

export type TrayItem =
  | { readonly is: 'line' }
  /** Says something; nothing happens. */
  | { readonly is: 'text'; readonly id: string; readonly label: string }
  | { readonly is: 'action'; readonly id: string; readonly label: string; readonly action: TrayAction }
  | { readonly is: 'menu'; readonly id: string; readonly label: string; readonly items: readonly TrayItem[] };

const MINUTE_MS = 60_000;
const CHANGES_SHOWN = 5;
const LABEL_CHARS_MAX = 70;
const LINE: TrayItem = { is: 'line' };
type PauseId = 'pause30m' | 'pause2h' | 'pause8h' | 'pauseUntilResumed';

export function trayStateOf({ status }: TrayView): AppState {
  return appStateOf(status);
}

/** `Tidesync: ` and the words of `tidesync status`, in the language of the windows. */
export function trayTooltip(view: TrayView): string {
  return view.speech.words('tray.tooltip', { headline: headlineIn(view) });
}

export function trayMenu(view: TrayView): readonly TrayItem[] {
  const { status, speech } = view;
  const { words } = speech;
  const head: TrayItem[] = [{ is: 'text', id: 'state', label: labelOf(headlineIn(view)) }];
  if (status === null) return [...head, LINE, ...withoutEngine(view), LINE, quit(view)];
  if (status.session.is === 'signedOut') {
    return [
      ...head,
      LINE,
      open('signIn', words('tray.signIn'), 'onboarding'),
      ...always(words),
      LINE,
      quit(view),
    ];
  }
  const quota = status.quota;
  if (quota !== null) {
    const label = words('tray.quotaUsed', { quota: quotaShort(quota, speech.status) });
    head.push({ is: 'text', id: 'quota', label });
  }
  return [
    ...head,
    LINE,
    open('open', words('tray.open'), 'home'),
    folders(status, words),
    ...pausing(status, words),
    { is: 'action', id: 'syncNow', label: words('tray.syncNow'), action: { do: 'syncNow' } },
    LINE,
    changes(view),
    ...needs(status, speech),
    LINE,
    ...always(words),
    LINE,
    quit(view),
  ];
}

function headlineIn({ status, health, speech }: TrayView): string {
  if (status !== null) return headlineOf(status, speech.status);
  if (health.is === 'starting' || health.is === 'running') return speech.words('tray.starting');
  return headlineOf(null, speech.status);
}

function withoutEngine({ health, speech: { words } }: TrayView): TrayItem[] {
  const items: TrayItem[] = [open('open', words('tray.open'), 'home')];
  if (health.is === 'down') {
    const label = words('tray.startEngine');
    items.push({ is: 'action', id: 'startEngine', label, action: { do: 'startEngine' } });
  }
  return [...items, open('diagnose', words('tray.diagnose'), 'diagnose')];
}

function always(words: ShellWords): TrayItem[] {
  return [
    open('settings', words('tray.settings'), 'settings'),
    open('diagnose', words('tray.diagnose'), 'diagnose'),
  ];
}

function folders(status: EngineStatus, words: ShellWords): TrayItem {
  const items = status.roots.map(
    (root, n): TrayItem => ({
      is: 'action',
      id: `folder${n}`,
      label: labelOf(`${root.libraryName}  (${root.path})`),
      action: { do: 'openFolder', path: root.path },
    }),
  );
  const none: TrayItem = { is: 'text', id: 'noFolder', label: words('tray.noFolder') };
  const label = words('tray.openFolder');
  return { is: 'menu', id: 'folders', label, items: items.length === 0 ? [none] : items };
}

function pausing({ roots }: EngineStatus, words: ShellWords): TrayItem[] {
  const pause = (id: PauseId, forMs: number | null): TrayItem => ({
    is: 'action',
    id,
    label: words(`tray.${id}`),
    action: { do: 'pause', forMs },
  });
  const pauses: TrayItem = {
    is: 'menu',
    id: 'pause',
    label: words('tray.pause'),
    items: [
      pause('pause30m', 30 * MINUTE_MS),
      pause('pause2h', 120 * MINUTE_MS),
      pause('pause8h', 480 * MINUTE_MS),
      pause('pauseUntilResumed', null),
    ],
  };
  const label = words('tray.resume');
  const resume: TrayItem = { is: 'action', id: 'resume', label, action: { do: 'resume' } };
  if (roots.length === 0) return [];
  const anyway = words('tray.syncAnyway');
  if (roots.some((root) => root.restsFor !== null)) {
    return [{ is: 'action', id: 'syncAnyway', label: anyway, action: { do: 'syncAnyway' } }, pauses];
  }
  const paused = roots.filter((root) => root.state === 'paused').length;
  if (paused === roots.length) return [resume];
  return paused === 0 ? [pauses] : [pauses, resume];
}

function changes(view: TrayView): TrayItem {
  const { words } = view.speech;
  const shown = view.changes.slice(0, CHANGES_SHOWN).map((change, n): TrayItem => {
    const id = `change${n}`;
    const label = labelOf(change.sentence);
    if (change.path === null) return { is: 'text', id, label };
    return { is: 'action', id, label, action: { do: 'reveal', path: change.path } };
  });
  const none: TrayItem = { is: 'text', id: 'noChange', label: words('tray.noChange') };
  const items = shown.length === 0 ? [none] : shown;
  const all = open('activity', words('tray.allChanges'), 'activity');
  return { is: 'menu', id: 'changes', label: words('tray.changes'), items: [...items, LINE, all] };
}

/** Always there, so that the menu keeps its order; the number says whether there is anything to do. */
function needs(status: EngineStatus, { words, status: { count } }: ShellSpeech): TrayItem[] {
  const counts = troubleCounts(status);
  const counted = (key: keyof typeof counts) =>
    open(key, words(`tray.${key}`, { shown: count(counts[key]) }), key);
  const items = [counted('conflicts'), counted('problems')];
  return counts.held === 0 ? items : [...items, counted('held')];
}

/** Says whether syncing goes on: it does where the engine was started by something else than this app. */
function quit({ health, speech: { words } }: TrayView): TrayItem {
  const goesOn = health.is === 'running' && !health.own;
  const label = words(goesOn ? 'tray.quitOnly' : health.is === 'running' ? 'tray.quitAndStop' : 'tray.quit');
  return { is: 'action', id: 'quit', label, action: { do: 'quit' } };
}

function open(id: string, label: string, place: Place): TrayItem {
  return { is: 'action', id, label, action: { do: 'open', place } };
}

/** One line that a menu can hold; `&` would make a shortcut of the letter after it. */
function labelOf(text: string): string {
  const chars = [...text.replaceAll(/\s+/g, ' ')];
  const cut =
    chars.length > LABEL_CHARS_MAX ? `${chars.slice(0, LABEL_CHARS_MAX - 1).join('')}…` : chars.join('');
  return cut.replaceAll('&', '&&');
}
