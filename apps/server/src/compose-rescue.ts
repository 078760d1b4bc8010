import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openRescueFolder, requireFolder } from './adapters/rescue-folder/rescue-folder.ts';
import { openAdmin } from './compose-admin.ts';
import { composeObjectReader } from './compose-object-store.ts';
import { DATABASE_FILE } from './compose-store.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import type { RescueOptions, RescueReport } from './use-cases/rescue/rescue-data.ts';
import { rescueData } from './use-cases/rescue/rescue-data.ts';
import { rescueObjects } from './use-cases/rescue/rescue-objects.ts';

export interface RescuePlace {
  readonly settings: ServerSettings;
  readonly dataDir: string;
}

/** Whether there is a database to ask for names; one behind an address is there, or it fails when it is asked. */
export function hasDatabase({ settings, dataDir }: RescuePlace): boolean {
  return settings.database.kind !== 'sqlite' || existsSync(join(dataDir, DATABASE_FILE));
}

/**
 * Writes readable files into a folder: by the database's names, or by what the objects alone tell.
 * Errors: those of `rescueData` or `rescueObjects`, and of opening the data.
 */
export async function rescueTo(
  top: string,
  place: RescuePlace,
  how: { readonly withDatabase: boolean; readonly options: RescueOptions },
): Promise<RescueReport> {
  await requireFolder(top);
  const objects = await composeObjectReader(place.settings, place.dataDir);
  try {
    if (how.withDatabase)
      return await withNames(top, place, { objects: objects.reader, options: how.options });
    return await into(top, (folder) =>
      rescueObjects({ objects: objects.reader, folder, watch: how.options.watch }),
    );
  } finally {
    objects.close();
  }
}

type Reader = Awaited<ReturnType<typeof composeObjectReader>>['reader'];
type Folder = Awaited<ReturnType<typeof openRescueFolder>>;

async function withNames(
  top: string,
  { settings, dataDir }: RescuePlace,
  { objects, options }: { readonly objects: Reader; readonly options: RescueOptions },
): Promise<RescueReport> {
  const data = await openAdmin(dataDir, { mayMake: false, settings });
  try {
    return await into(top, (folder) => rescueData({ store: data.ports.store, objects, folder }, options));
  } finally {
    await data.close();
  }
}

async function into(top: string, work: (folder: Folder) => Promise<RescueReport>): Promise<RescueReport> {
  const folder = await openRescueFolder(top);
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}
