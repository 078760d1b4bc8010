import path from 'node:path';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { FolderAdded } from '@tidesync/engine/shell/face';
import type { FirstAccount } from './first-account.ts';

export const LIBRARY = 'Tidesync';

export interface DeviceSetup {
  readonly serverUrl: string;
  readonly account: FirstAccount | null;
  readonly deviceName: string;
  /** Null: not named on the command line. */
  readonly folder: string | null;
  readonly folderDefault: string;
}

export type DeviceReady =
  | { readonly is: 'ready'; readonly added: FolderAdded | null }
  /** Signed out on purpose, or on an account that was not made here: only its owner can sign in. */
  | { readonly is: 'signedOut' };

/** Signs the device in and binds its folder, as far as that has not been done by an earlier start. */
export async function prepareDevice(face: EngineFace, setup: DeviceSetup): Promise<DeviceReady> {
  const { session } = await face.status();
  if (session.is === 'signedOut') {
    const { account, serverUrl, deviceName } = setup;
    if (session.why !== 'never' || account === null) return { is: 'signedOut' };
    await face.login({ serverUrl, email: account.email, password: account.password, deviceName });
  }
  return { is: 'ready', added: await bindFolder(face, setup) };
}

async function bindFolder(face: EngineFace, setup: DeviceSetup): Promise<FolderAdded | null> {
  const { roots } = await face.status();
  if (setup.folder === null && roots.length > 0) return null;
  const folder = path.resolve(setup.folder ?? setup.folderDefault);
  if (roots.some((root) => root.path === folder)) return null;
  // A library is bound once on a device: another folder gets a library of its own.
  const taken = roots.some((root) => root.libraryName === LIBRARY);
  return face.addFolder({ path: folder, library: taken ? path.basename(folder) : LIBRARY });
}
