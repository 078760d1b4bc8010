import path from 'node:path';
import type { WebContents } from 'electron';
import { app, BrowserWindow } from 'electron';
import type { GoTo } from '../shell/bridge.ts';
import { APP_ORIGIN, EVENTS } from '../shell/bridge.ts';

const SIZE = { width: 1_040, height: 720, minWidth: 640, minHeight: 480 };

export interface MainWindowParts {
  /** Whether the tray's icon can bring a hidden window back. */
  readonly showsTray: () => Promise<boolean>;
  /** The first time the window has gone to the tray. */
  readonly onGoneToTray: () => void;
  /** The window became visible or hidden. */
  readonly onShown: () => void;
  readonly iconPath: string;
}

/** The app's one window. Closing it hides it; only quitting ends it. */
export class MainWindow {
  readonly #parts: MainWindowParts;
  #window: BrowserWindow | null = null;
  #quitting = false;
  #waiting: GoTo | null = null;

  constructor(parts: MainWindowParts) {
    this.#parts = parts;
    app.on('before-quit', () => {
      this.#quitting = true;
    });
  }

  get isVisible(): boolean {
    return this.#window?.isVisible() === true && !this.#window.isMinimized();
  }
  get window(): BrowserWindow | null {
    return this.#window;
  }

  /** Makes it, or brings it to the front. */
  show(goTo: GoTo | null = null): void {
    if (goTo !== null) this.#waiting = goTo;
    const window = this.#window;
    if (window === null) {
      this.#make();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    if (goTo !== null) this.send(EVENTS.goTo, goTo);
  }

  /** What the page was asked to show before it listened. */
  takeGoTo(): GoTo | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  owns(contents: WebContents): boolean {
    return this.#window?.webContents === contents;
  }

  send(event: (typeof EVENTS)[keyof typeof EVENTS], value: unknown): void {
    if (event === EVENTS.goTo && this.#window?.webContents.isLoading() === false) this.#waiting = null;
    this.#window?.webContents.send(event, value);
  }

  #make(): void {
    const window = new BrowserWindow({
      ...SIZE,
      show: false,
      title: 'Tidesync',
      icon: this.#parts.iconPath,
      autoHideMenuBar: true,
      webPreferences: {
        preload: path.join(app.getAppPath(), 'out/preload/preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        spellcheck: false,
      },
    });
    this.#window = window;
    window.once('ready-to-show', () => window.show());
    for (const event of ['show', 'hide', 'minimize', 'restore'] as const) {
      // The types have one signature for each event.
      window.on(event as 'show', () => this.#parts.onShown());
    }
    window.on('close', (event) => {
      if (this.#quitting) return;
      event.preventDefault();
      void this.#putAway(window);
    });
    window.on('closed', () => {
      this.#window = null;
    });
    void window.loadURL(`${APP_ORIGIN}/`);
  }

  async #putAway(window: BrowserWindow): Promise<void> {
    const showsTray = await this.#parts.showsTray();
    if (window.isDestroyed()) return;
    // Where no tray shows, a hidden window would be lost.
    if (!showsTray) {
      window.minimize();
      return;
    }
    window.hide();
    this.#parts.onGoneToTray();
  }
}
