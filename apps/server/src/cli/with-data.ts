import { parseBytes } from '@tidesync/shared/format';
import { email as emailSchema } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { AdminPorts } from '../compose-admin.ts';
import { openAdmin } from '../compose-admin.ts';
import type { CliIo } from './cli-io.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags, DATA_SETTINGS, settingsFrom } from './setting-flags.ts';

/** Whoever may open the database administers it. */
export const administrator = { admin: true };

export interface JsonFlag {
  readonly json?: true;
}

/** What a command does with a server's data. `mayMake`: as for `openAdmin`; otherwise not. */
export type WithData = <T>(
  work: (ports: AdminPorts) => Promise<T>,
  options?: { readonly mayMake: boolean },
) => Promise<T>;

/** Lets a command say where the data is, and opens it for each of the commands below it. */
export function dataOf(command: Command, io: CliIo): WithData {
  addSettingFlags(command, DATA_SETTINGS);
  return async (work, { mayMake } = { mayMake: false }) => {
    const { dataDir, settings } = settingsFrom(command.opts<Flags>(), io);
    const data = await openAdmin(dataDir, { mayMake, settings: settings.server });
    try {
      return await work(data.ports);
    } finally {
      await data.close();
    }
  };
}

/** One answer in the form that was asked for. */
export function answer(
  { io, flags }: { readonly io: CliIo; readonly flags: JsonFlag },
  result: object,
  lines: readonly string[],
): void {
  if (flags.json) io.say(JSON.stringify(result));
  else for (const line of lines) io.say(line);
}

interface Page {
  readonly pageToken: string | null;
  readonly limit: number;
}
interface Answered {
  readonly nextPageToken: string | null;
}
const PER_PAGE = 500;

/** The items of all pages, or of the first ones until there are so many. */
export async function allPages<A extends Answered, Item>(
  ask: (page: Page) => Promise<A>,
  itemsOf: (page: A) => readonly Item[],
  itemsMax: number = Number.MAX_SAFE_INTEGER,
): Promise<Item[]> {
  const items: Item[] = [];
  let pageToken: string | null = null;
  do {
    const page: A = await ask({ pageToken, limit: PER_PAGE });
    items.push(...itemsOf(page));
    pageToken = page.nextPageToken;
  } while (pageToken !== null && items.length < itemsMax);
  return items.slice(0, itemsMax);
}

export function parseEmail(text: string): string {
  const parsed = emailSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It is no e-mail address.');
}

export function parseSize(text: string): number {
  const sizeBytes = parseBytes(text);
  if (sizeBytes !== null) return sizeBytes;
  throw new InvalidArgumentError('Write a size like 500MB, 10GB or 1.5TB.');
}
