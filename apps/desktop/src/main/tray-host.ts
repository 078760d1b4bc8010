import { execFile } from 'node:child_process';

const ASK_MS_MAX = 2_000;
const WATCHER = 'org.kde.StatusNotifierWatcher';
/** After the start: a desktop's part that shows icons may start later than this app. */
const LOOKS_MS: readonly number[] = [2_000, 5_000, 15_000, 60_000, 300_000];

/** Who shows tray icons on this desktop, if anyone does. */
export class TrayHost {
  readonly #onCome: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #shows = true;

  /** `onCome`: somebody shows icons now who did not before; an icon made earlier is not among them. */
  constructor(onCome: () => void) {
    this.#onCome = onCome;
  }

  /** As of the last look. */
  get shows(): boolean {
    return this.#shows;
  }

  /** Looks, and some more times while nobody is there. */
  async start(): Promise<void> {
    if (await this.look()) return;
    for (const ms of LOOKS_MS) this.#timers.push(setTimeout(() => void this.look(), ms));
  }

  async look(): Promise<boolean> {
    const shown = this.#shows;
    this.#shows = await desktopShowsTray();
    if (this.#shows) for (const timer of this.#timers.splice(0)) clearTimeout(timer);
    if (this.#shows && !shown) this.#onCome();
    return this.#shows;
  }
}

/**
 * Whether the desktop shows tray icons. On Linux that is someone else's part (on GNOME an extension's), which makes
 * itself known on the session's bus; nobody there, or no bus, means that an icon would not be seen.
 */
function desktopShowsTray(): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  const call = [
    '--session',
    '--print-reply=literal',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    `string:${WATCHER}`,
  ];
  return new Promise((resolve) => {
    execFile('dbus-send', call, { timeout: ASK_MS_MAX }, (error, out) =>
      resolve(error === null && /boolean true/.test(out)),
    );
  });
}
