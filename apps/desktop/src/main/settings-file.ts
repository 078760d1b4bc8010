import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LANGUAGE_CODES } from '@tidesync/shared/languages';
import { z } from 'zod';

const stored = z.object({
  monochromeIcon: z.boolean().catch(false),
  notify: z.boolean().catch(true),
  /** What the windows have last shown; null: none has been there. */
  language: z.enum(LANGUAGE_CODES).nullable().catch(null),
  /** The person has been told that closing the window does not end the app. */
  toldThatItStays: z.boolean().catch(false),
});
export type StoredSettings = z.infer<typeof stored>;

/** What the shell remembers between starts; small, and of no weight if it is lost. */
export class SettingsFile {
  readonly #file: string;
  #now: StoredSettings;

  constructor(folder: string) {
    this.#file = path.join(folder, 'shell.json');
    this.#now = stored.parse(readOrEmpty(this.#file));
  }

  get now(): StoredSettings {
    return this.#now;
  }

  change(change: Partial<StoredSettings>): void {
    this.#now = { ...this.#now, ...change };
    mkdirSync(path.dirname(this.#file), { recursive: true });
    const next = `${this.#file}.new`;
    writeFileSync(next, `${JSON.stringify(this.#now)}\n`, { mode: 0o600 });
    renameSync(next, this.#file);
  }
}

function readOrEmpty(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
