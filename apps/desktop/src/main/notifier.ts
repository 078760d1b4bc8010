import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { Notification } from 'electron';
import type { Place } from '../shell/bridge.ts';
import type { Notice } from '../shell/notices.ts';
import { coalesced, noticesBetween } from '../shell/notices.ts';
import type { ShellSpeech } from '../shell/speech.ts';

/** Bad things come in bursts; what comes within it is one message. */
const BURST_MS = 2_000;

export interface NotifierParts {
  /** False: the person sees the window, or wants none. */
  readonly wanted: () => boolean;
  readonly speech: () => ShellSpeech;
  readonly onClick: (place: Place) => void;
}

/** Tells the desktop what a person has to know although the window is not there to show it. */
export class Notifier {
  readonly #parts: NotifierParts;
  #before: EngineStatus | null = null;
  #waiting: Notice[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** What was shown, newest last; tests read it. */
  readonly shown: Notice[] = [];

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  see(status: EngineStatus): void {
    this.#waiting.push(...noticesBetween({ before: this.#before, after: status }, this.#parts.speech()));
    this.#before = status;
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#tell(), BURST_MS);
  }

  show(notice: Notice): void {
    this.shown.push(notice);
    if (!Notification.isSupported()) return;
    const note = new Notification({ title: notice.title, body: notice.body });
    note.on('click', () => this.#parts.onClick(notice.place));
    note.show();
  }

  #tell(): void {
    this.#timer = null;
    const notice = coalesced(this.#waiting, this.#parts.speech());
    this.#waiting = [];
    if (notice !== null && this.#parts.wanted()) this.show(notice);
  }
}
