import path from 'node:path';
import type { AppState } from '@tidesync/shared/app-state';
import type { MenuItemConstructorOptions } from 'electron';
import { Menu, nativeTheme, Tray } from 'electron';
import { trayIconFile } from '../shell/tray-icon-file.ts';
import type { TrayAction, TrayItem, TrayView } from '../shell/tray-menu.ts';
import { trayMenu, trayStateOf, trayTooltip } from '../shell/tray-menu.ts';

const REDRAW_MS_MIN = 200;

export interface TrayParts {
  readonly iconsDir: string;
  readonly monochrome: () => boolean;
  readonly act: (action: TrayAction) => void;
  readonly onOpen: () => void;
}

/** The icon, drawn anew when what it shows has changed. */
export class TrayIcon {
  readonly #parts: TrayParts;
  #tray: Tray;
  #menu: Menu = Menu.buildFromTemplate([]);
  #drawn = '';
  #state: AppState = 'engineDown';
  #next: TrayView | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: TrayParts, first: TrayView) {
    this.#parts = parts;
    this.#tray = this.#newTray();
    nativeTheme.on('updated', () => this.#drawIcon());
    this.#draw(first);
  }

  /** The live menu; tests click its items. */
  get menu(): Menu {
    return this.#menu;
  }
  get tooltip(): string {
    return this.#drawn.split('\n', 1)[0] ?? '';
  }
  get state(): AppState {
    return this.#state;
  }

  /** Soon, and not more often than a person could follow. */
  show(view: TrayView): void {
    this.#next = view;
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#next !== null) this.#draw(this.#next);
    }, REDRAW_MS_MIN);
  }

  redrawIcon(): void {
    this.#drawIcon();
  }

  /** Once more, to who shows icons now; Electron hands one over only when it is made. */
  handOverAgain(): void {
    this.#tray.destroy();
    this.#tray = this.#newTray();
    this.#tray.setToolTip(this.tooltip);
    this.#tray.setContextMenu(this.#menu);
  }

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#tray.destroy();
  }

  #newTray(): Tray {
    const tray = new Tray(this.#iconPath());
    // Waiting for a second click delays the first.
    tray.setIgnoreDoubleClickEvents(true);
    tray.on('click', this.#parts.onOpen);
    return tray;
  }

  #draw(view: TrayView): void {
    const [tooltip, items] = [trayTooltip(view), trayMenu(view)];
    const drawn = `${tooltip}\n${JSON.stringify(items)}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const state = trayStateOf(view);
    if (state !== this.#state) {
      this.#state = state;
      this.#drawIcon();
    }
    this.#tray.setToolTip(tooltip);
    // Linux shows no change of a menu but a new one.
    this.#menu = Menu.buildFromTemplate(items.map((item) => this.#native(item)));
    this.#tray.setContextMenu(this.#menu);
  }

  #drawIcon(): void {
    this.#tray.setImage(this.#iconPath());
  }

  #iconPath(): string {
    const file = trayIconFile({
      state: this.#state,
      platform: process.platform,
      dark: nativeTheme.shouldUseDarkColors,
      monochrome: this.#parts.monochrome(),
    });
    return path.join(this.#parts.iconsDir, file);
  }

  #native(item: TrayItem): MenuItemConstructorOptions {
    if (item.is === 'line') return { type: 'separator' };
    const { id, label } = item;
    if (item.is === 'text') return { id, label, enabled: false };
    if (item.is === 'menu') return { id, label, submenu: item.items.map((one) => this.#native(one)) };
    return { id, label, click: () => this.#parts.act(item.action) };
  }
}
