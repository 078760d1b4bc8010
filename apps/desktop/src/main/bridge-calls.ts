// The main process's side of the bridge: who asks is looked at first, then what is asked, and only then is it done.

import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { LANGUAGE_CODES } from '@tidesync/shared/languages';
import type { IpcMainInvokeEvent } from 'electron';
import { app, dialog, ipcMain, shell } from 'electron';
import { z } from 'zod';
import type { Channel, EngineHealth, Opened, PlatformFacts, ShellSettings } from '../shell/bridge.ts';
import { CHANNELS } from '../shell/bridge.ts';
import { mayOpenExternally } from '../shell/open-external.ts';
import type { PathFacts } from '../shell/open-path.ts';
import { howToOpen } from '../shell/open-path.ts';
import type { ShellWords } from '../shell/speech.ts';
import { copyText } from './electron-differences.ts';
import { isOwnPage } from './hardening.ts';
import type { MainWindow } from './main-window.ts';

const PATH_CHARS_MAX = 8_192;
const TEXT_CHARS_MAX = 1_000_000;
const EXECUTABLE_BITS = 0o111;

const pathText = z
  .string()
  .min(1)
  .max(PATH_CHARS_MAX)
  .refine((text) => path.isAbsolute(text) && !text.includes('\0'));
const settingsChange = z
  .object({
    autostart: z.boolean(),
    monochromeIcon: z.boolean(),
    notify: z.boolean(),
    language: z.enum(LANGUAGE_CODES),
  })
  .partial()
  .strict();

export interface BridgeParts {
  readonly window: MainWindow;
  readonly facts: () => PlatformFacts;
  readonly health: () => EngineHealth;
  readonly startEngine: () => void;
  readonly settings: () => ShellSettings;
  readonly changeSettings: (change: Partial<ShellSettings>) => ShellSettings;
  /** The synced folders and the server, as the engine has last said. */
  readonly rootPaths: () => readonly string[];
  readonly serverUrl: () => string | null;
  readonly words: () => ShellWords;
}

export function answerBridge(parts: BridgeParts): void {
  const { window } = parts;
  const on = <S extends z.ZodType>(channel: Channel, schema: S, work: (input: z.infer<S>) => unknown) => {
    ipcMain.handle(channel, async (event, input: unknown) => {
      if (!isFromOwnPage(event, window)) throw new Error('Only the app itself may ask this.');
      return work(schema.parse(input));
    });
  };
  const nothing = z.undefined();
  on(CHANNELS.facts, nothing, parts.facts);
  on(CHANNELS.chooseFolder, z.string().max(200), (title) => chooseFolder(window, title));
  on(CHANNELS.openPath, pathText, (asked) =>
    openPath(asked, { rootPaths: parts.rootPaths(), words: parts.words() }),
  );
  on(CHANNELS.revealPath, pathText, (asked) => shell.showItemInFolder(asked));
  on(CHANNELS.openExternal, z.string(), (url) => openExternal(url, parts));
  on(CHANNELS.copyText, z.string().max(TEXT_CHARS_MAX), copyText);
  on(CHANNELS.minimizeWindow, nothing, () => window.window?.minimize());
  on(CHANNELS.toggleMaximizeWindow, nothing, () => toggleMaximize(window));
  on(CHANNELS.closeWindow, nothing, () => window.window?.close());
  on(CHANNELS.engineHealth, nothing, parts.health);
  on(CHANNELS.startEngine, nothing, parts.startEngine);
  on(CHANNELS.settings, nothing, parts.settings);
  on(CHANNELS.changeSettings, settingsChange, (change) =>
    parts.changeSettings(change as Partial<ShellSettings>),
  );
  on(CHANNELS.takeGoTo, nothing, () => window.takeGoTo());
}

/** The page of the app's window itself: no frame in it, no other page, and none that has gone elsewhere. */
function isFromOwnPage(event: IpcMainInvokeEvent, window: MainWindow): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOwnPage(frame.url) && window.owns(event.sender);
}

async function chooseFolder(window: MainWindow, title: string): Promise<string | null> {
  const options: Electron.OpenDialogOptions = { title, properties: ['openDirectory', 'createDirectory'] };
  const parent = window.window;
  const chosen = await (parent === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(parent, options));
  return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
}

export interface OpenParts {
  readonly rootPaths: readonly string[];
  readonly words: ShellWords;
}

export async function openPath(asked: string, { rootPaths, words }: OpenParts): Promise<Opened> {
  const facts = await pathFacts(asked, rootPaths);
  const how = howToOpen(facts);
  if (how === 'refuse') return { is: 'refused', sentence: words('opening.nothing', { path: asked }) };
  if (how === 'reveal') {
    shell.showItemInFolder(facts.realPath);
    return { is: 'revealed' };
  }
  const failed = await shell.openPath(facts.realPath);
  return failed === '' ? { is: 'opened' } : { is: 'refused', sentence: failed };
}

async function pathFacts(asked: string, rootPaths: readonly string[]): Promise<PathFacts> {
  const separator = path.sep;
  const roots = await Promise.all(rootPaths.map((root) => realpath(root).catch(() => root)));
  const common = { rootPaths: roots, separator };
  try {
    const realPath = await realpath(asked);
    const found = await stat(realPath);
    const kind = found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
    const isExecutable = process.platform !== 'win32' && (found.mode & EXECUTABLE_BITS) !== 0;
    return { ...common, realPath, kind, isExecutable };
  } catch {
    return { ...common, realPath: asked, kind: 'missing', isExecutable: false };
  }
}

async function openExternal(url: string, parts: BridgeParts): Promise<Opened> {
  const words = parts.words();
  const may = mayOpenExternally(url, parts.serverUrl());
  if (may === 'no') return { is: 'refused', sentence: words('opening.pagesOnly') };
  if (may === 'ask' && !(await confirmsPage(url, parts)))
    return { is: 'refused', sentence: words('opening.notOpened') };
  await shell.openExternal(url);
  return { is: 'opened' };
}

async function confirmsPage(url: string, { window, words }: BridgeParts): Promise<boolean> {
  const say = words();
  const options: Electron.MessageBoxOptions = {
    type: 'question',
    message: say('opening.ask', { host: new URL(url).host }),
    detail: url,
    buttons: [say('opening.no'), say('opening.yes')],
    defaultId: 0,
    cancelId: 0,
  };
  const parent = window.window;
  const said = await (parent === null
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(parent, options));
  return said.response === 1;
}

function toggleMaximize({ window }: MainWindow): void {
  if (window?.isMaximized() === true) window.unmaximize();
  else window?.maximize();
}

export function platformFacts(
  some: Pick<PlatformFacts, 'homePath' | 'showsTray' | 'updatesItself'>,
): PlatformFacts {
  return {
    ...some,
    platform: process.platform,
    appVersion: app.getVersion(),
    electronVersion: process.versions.electron,
    chromiumVersion: process.versions.chrome,
    locale: app.getLocale(),
  };
}
