import path from 'node:path';
import type { Language } from '@tidesync/shared/languages';
import { languageOf } from '@tidesync/shared/languages';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { activityView } from '@tidesync/shared/wire/engine';
import { app, powerMonitor, shell } from 'electron';
import { z } from 'zod';
import type { Activity } from '../shell/activity-words.ts';
import { HIDDEN_ARGUMENT } from '../shell/autostart-entry.ts';
import type { EngineHealth, GoTo, ShellSettings } from '../shell/bridge.ts';
import { EVENTS } from '../shell/bridge.ts';
import { deepLinkIn, parseDeepLink } from '../shell/deep-link.ts';
import { staysNotice } from '../shell/notices.ts';
import type { ShellSpeech } from '../shell/speech.ts';
import { shellSpeech } from '../shell/speech.ts';
import type { TrayAction, TrayView } from '../shell/tray-menu.ts';
import { serveAppScheme } from './app-protocol.ts';
import { setStartsWithSession, startsWithSession } from './autostart.ts';
import { answerBridge, openPath, platformFacts } from './bridge-calls.ts';
import { EngineHost } from './engine-host.ts';
import { mutate, query } from './engine-link.ts';
import { engineProgram } from './engine-program.ts';
import { hardenDefaultSession } from './hardening.ts';
import { MainWindow } from './main-window.ts';
import { Notifier } from './notifier.ts';
import { SettingsFile } from './settings-file.ts';
import { exposeToTests } from './test-registry.ts';
import { TrayHost } from './tray-host.ts';
import { TrayIcon } from './tray-icon.ts';
import { followUpdates, updatesItself } from './updates.ts';

const CHANGES_READ = 5;

/** The app: one window, one tray icon, and an engine beside it. */
export class DesktopApp {
  readonly #homePath: string;
  readonly #host: EngineHost;
  readonly #window: MainWindow;
  readonly #notifier: Notifier;
  readonly #trayHost = new TrayHost(() => this.#tray?.handOverAgain());
  readonly #settings: SettingsFile;
  readonly #outDir = path.join(app.getAppPath(), 'out');
  #tray: TrayIcon | null = null;
  #status: EngineStatus | null = null;
  #changes: readonly Activity[] = [];
  #readingChanges = false;
  #closing = false;
  #spoken = shellSpeech('en');

  constructor(homePath: string) {
    this.#homePath = homePath;
    this.#settings = new SettingsFile(app.getPath('userData'));
    this.#host = new EngineHost(homePath, engineProgram(homePath, process.env), {
      onHealth: (health) => this.#onHealth(health),
      onStatus: (status) => this.#onStatus(status),
    });
    this.#window = new MainWindow({
      iconPath: path.join(this.#outDir, 'icons/app/512x512.png'),
      showsTray: () => this.#trayHost.look(),
      onGoneToTray: () => this.#tellThatItStays(),
      onShown: () => this.#showTray(),
    });
    this.#notifier = new Notifier({
      wanted: () => this.#settings.now.notify && !this.#window.isVisible,
      speech: () => this.#speech,
      onClick: (place) => this.#window.show({ to: 'place', place }),
    });
  }

  /** Before `ready`. */
  listen(): void {
    app.on('second-instance', (_event, args) => this.#window.show(deepLinkIn(args)));
    app.on('open-url', (event, url) => {
      event.preventDefault();
      const goTo = parseDeepLink(url);
      if (goTo !== null) void app.whenReady().then(() => this.#window.show(goTo));
    });
    app.on('activate', () => this.#window.show());
    // It goes on in the tray.
    app.on('window-all-closed', () => {});
    app.on('will-quit', (event) => this.#onWillQuit(event));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  }

  async run(): Promise<void> {
    hardenDefaultSession();
    serveAppScheme({ bundleDir: path.join(this.#outDir, 'renderer'), engine: () => this.#host.address });
    this.#answerBridge();
    this.#tray = new TrayIcon(
      {
        iconsDir: path.join(this.#outDir, 'icons'),
        monochrome: () => this.#settings.now.monochromeIcon,
        act: (action) => void this.#act(action),
        onOpen: () => this.#window.show(),
      },
      this.#view(),
    );
    exposeToTests({ tray: this.#tray, host: this.#host, notifier: this.#notifier });
    this.#host.start();
    powerMonitor.on('resume', () => void this.#ask('folders.rescan', { path: 'all' }));
    // The engine looks by itself, too, but only every few seconds.
    powerMonitor.on('on-ac', () => void this.#ask('device.lookAround', {}));
    powerMonitor.on('on-battery', () => void this.#ask('device.lookAround', {}));
    if (!process.argv.includes(HIDDEN_ARGUMENT)) this.#window.show(deepLinkIn(process.argv));
    void followUpdates();
    await this.#trayHost.start();
  }

  #answerBridge(): void {
    answerBridge({
      window: this.#window,
      facts: () =>
        platformFacts({
          homePath: this.#homePath,
          showsTray: this.#trayHost.shows,
          updatesItself: updatesItself(),
        }),
      health: () => this.#host.health,
      startEngine: () => this.#host.start(),
      settings: () => this.#shownSettings(),
      changeSettings: (change) => this.#changeSettings(change),
      words: () => this.#speech.words,
      rootPaths: () => this.#status?.roots.map((root) => root.path) ?? [],
      serverUrl: () => (this.#status?.session.is === 'signedIn' ? this.#status.session.serverUrl : null),
    });
  }

  #onHealth(health: EngineHealth): void {
    this.#window.send(EVENTS.engineHealth, health);
    this.#showTray();
    // A person should see at once why nothing is synced.
    if (health.is === 'down' && this.#window.isVisible) this.#window.show({ to: 'place', place: 'diagnose' });
  }

  #onStatus(status: EngineStatus | null): void {
    this.#status = status;
    if (status === null) this.#changes = [];
    else {
      this.#notifier.see(status);
      void this.#readChanges();
    }
    this.#showTray();
  }

  /** One reading at a time; the next status starts the next one. */
  async #readChanges(): Promise<void> {
    if (this.#readingChanges) return;
    this.#readingChanges = true;
    const answer = await this.#ask('activity', { limit: CHANGES_READ }, 'query');
    this.#readingChanges = false;
    const lines = z.array(activityView).safeParse(answer);
    if (!lines.success || this.#status === null) return;
    this.#changes = lines.data;
    this.#showTray();
  }

  #view(): TrayView {
    const speech = this.#speech;
    const folderOf = new Map<string, string>(this.#status?.roots.map((root) => [root.rootId, root.path]));
    const changes = this.#changes.map((change) => {
      const folder = folderOf.get(change.rootId);
      const shown = folder === undefined ? null : path.join(folder, change.path);
      return { atMs: change.atMs, sentence: speech.change(change), path: shown };
    });
    return { health: this.#host.health, status: this.#status, changes, speech };
  }
  /** In the language of the windows; before there was one, in the system's. */
  get #speech(): ShellSpeech {
    if (this.#spoken.language !== this.#language) this.#spoken = shellSpeech(this.#language);
    return this.#spoken;
  }
  get #language(): Language {
    return this.#settings.now.language ?? languageOf(app.getLocale());
  }
  #showTray(): void {
    this.#tray?.show(this.#view());
  }

  async #act(action: TrayAction): Promise<void> {
    switch (action.do) {
      case 'open':
        this.#window.show({ to: 'place', place: action.place } satisfies GoTo);
        break;
      case 'openFolder':
        await openPath(action.path, { rootPaths: [action.path], words: this.#speech.words });
        break;
      case 'reveal':
        shell.showItemInFolder(action.path);
        break;
      case 'pause': {
        const untilMs = action.forMs === null ? null : Date.now() + action.forMs;
        await this.#ask('folders.pause', { path: 'all', untilMs });
        break;
      }
      case 'resume':
        await this.#ask('folders.resume', { path: 'all' });
        break;
      case 'syncAnyway':
        await this.#ask('device.syncAnyway', {});
        break;
      case 'syncNow':
        await this.#ask('folders.rescan', { path: 'all' });
        break;
      case 'startEngine':
        this.#host.start();
        break;
      case 'quit':
        app.quit();
    }
  }

  /** The engine's answer; null if it has none, which the tray shows by itself. */
  async #ask(name: string, input: unknown, as: 'query' | 'mutation' = 'mutation'): Promise<unknown> {
    const { address } = this.#host;
    if (address === null) return null;
    try {
      return await (as === 'query' ? query(address, name, input) : mutate(address, name, input));
    } catch {
      return null;
    }
  }

  #shownSettings(): ShellSettings {
    const { monochromeIcon, notify } = this.#settings.now;
    return { autostart: startsWithSession(), monochromeIcon, notify, language: this.#language };
  }

  #changeSettings(change: Partial<ShellSettings>): ShellSettings {
    const { autostart, ...stored } = change;
    if (autostart !== undefined) setStartsWithSession(autostart);
    this.#settings.change(stored);
    this.#tray?.redrawIcon();
    this.#showTray();
    return this.#shownSettings();
  }

  #tellThatItStays(): void {
    if (this.#settings.now.toldThatItStays) return;
    this.#settings.change({ toldThatItStays: true });
    this.#notifier.show(staysNotice(this.#speech));
  }

  /** Waits for the engine that this app has started, so that nothing of it is left. */
  #onWillQuit(event: { preventDefault(): void }): void {
    if (this.#closing) return;
    this.#closing = true;
    event.preventDefault();
    this.#tray?.destroy();
    this.#tray = null;
    void this.#host.close().finally(() => app.exit(0));
  }
}
