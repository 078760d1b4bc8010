// The tray as a function of what is known: the same state always gives the same icon, tooltip and menu.
// Every action of the app is in the menu, because not every desktop lets a click on the icon do anything.

import type { AppState } from '@tidesync/shared/app-state';
import { appStateOf } from '@tidesync/shared/app-state';
import { headlineOf, quotaShort, troubleCounts } from '@tidesync/shared/status-words';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { EngineHealth, Place } from './bridge.ts';

/** What is known when the tray is drawn. */
export interface TrayView {
  readonly health: EngineHealth;
  /** Null: the engine does not answer. */
  readonly status: EngineStatus | null;
  /** Newest first. */
  readonly changes: readonly RecentChange[];
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

export function trayStateOf({ status }: TrayView): AppState {
  return appStateOf(status);
}

/** `Tidesync: ` and the words of `tidesync status`. */
export function trayTooltip(view: TrayView): string {
  return `Tidesync: ${headlineIn(view)}`;
}

export function trayMenu(view: TrayView): readonly TrayItem[] {
  const { status } = view;
  const head: TrayItem[] = [{ is: 'text', id: 'state', label: labelOf(headlineIn(view)) }];
  if (status === null) return [...head, LINE, ...withoutEngine(view), LINE, quit(view)];
  if (status.session.is === 'signedOut') {
    return [...head, LINE, open('signIn', 'Sign in…', 'onboarding'), ...always(), LINE, quit(view)];
  }
  const quota = status.quota;
  if (quota !== null) head.push({ is: 'text', id: 'quota', label: `${quotaShort(quota)} used` });
  return [
    ...head,
    LINE,
    open('open', 'Open Tidesync', 'home'),
    folders(status),
    ...pausing(status),
    { is: 'action', id: 'syncNow', label: 'Sync now', action: { do: 'syncNow' } },
    LINE,
    changes(view),
    ...needs(status),
    LINE,
    ...always(),
    LINE,
    quit(view),
  ];
}

function headlineIn({ status, health }: TrayView): string {
  if (status !== null) return headlineOf(status);
  if (health.is === 'starting' || health.is === 'running') return 'Starting …';
  return headlineOf(null);
}

function withoutEngine({ health }: TrayView): TrayItem[] {
  const items: TrayItem[] = [open('open', 'Open Tidesync', 'home')];
  if (health.is === 'down') {
    items.push({ is: 'action', id: 'startEngine', label: 'Start the engine', action: { do: 'startEngine' } });
  }
  return [...items, open('diagnose', 'Diagnose…', 'diagnose')];
}

function always(): TrayItem[] {
  return [open('settings', 'Settings…', 'settings'), open('diagnose', 'Diagnose…', 'diagnose')];
}

function folders(status: EngineStatus): TrayItem {
  const items = status.roots.map(
    (root, n): TrayItem => ({
      is: 'action',
      id: `folder${n}`,
      label: labelOf(`${root.libraryName}  (${root.path})`),
      action: { do: 'openFolder', path: root.path },
    }),
  );
  const none: TrayItem = { is: 'text', id: 'noFolder', label: 'No folder is synced yet' };
  return { is: 'menu', id: 'folders', label: 'Open folder', items: items.length === 0 ? [none] : items };
}

function pausing({ roots }: EngineStatus): TrayItem[] {
  const pause = (id: string, label: string, forMs: number | null): TrayItem => ({
    is: 'action',
    id,
    label,
    action: { do: 'pause', forMs },
  });
  const pauses: TrayItem = {
    is: 'menu',
    id: 'pause',
    label: 'Pause',
    items: [
      pause('pause30m', 'For 30 minutes', 30 * MINUTE_MS),
      pause('pause2h', 'For 2 hours', 120 * MINUTE_MS),
      pause('pause8h', 'For 8 hours', 480 * MINUTE_MS),
      pause('pauseUntilResumed', 'Until resumed', null),
    ],
  };
  const resume: TrayItem = { is: 'action', id: 'resume', label: 'Resume', action: { do: 'resume' } };
  if (roots.length === 0) return [];
  const paused = roots.filter((root) => root.state === 'paused').length;
  if (paused === roots.length) return [resume];
  return paused === 0 ? [pauses] : [pauses, resume];
}

function changes(view: TrayView): TrayItem {
  const shown = view.changes.slice(0, CHANGES_SHOWN).map((change, n): TrayItem => {
    const id = `change${n}`;
    const label = labelOf(change.sentence);
    if (change.path === null) return { is: 'text', id, label };
    return { is: 'action', id, label, action: { do: 'reveal', path: change.path } };
  });
  const none: TrayItem = { is: 'text', id: 'noChange', label: 'Nothing yet' };
  const items = shown.length === 0 ? [none] : shown;
  const all = open('activity', 'All changes…', 'activity');
  return { is: 'menu', id: 'changes', label: 'Last changes', items: [...items, LINE, all] };
}

/** Always there, so that the menu keeps its order; the number says whether there is anything to do. */
function needs(status: EngineStatus): TrayItem[] {
  const { conflicts, problems, held } = troubleCounts(status);
  const items = [
    open('conflicts', `Conflicts (${conflicts})`, 'conflicts'),
    open('problems', `Problems (${problems})`, 'problems'),
  ];
  return held === 0 ? items : [...items, open('held', `Deletes that wait for a yes (${held})`, 'held')];
}

/** Says whether syncing goes on: it does where the engine was started by something else than this app. */
function quit({ health }: TrayView): TrayItem {
  const goesOn = health.is === 'running' && !health.own;
  const label = goesOn
    ? 'Quit (syncing goes on)'
    : health.is === 'running'
      ? 'Quit and stop syncing'
      : 'Quit';
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
