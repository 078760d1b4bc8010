import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Device } from './device.ts';
import type { ServerProcess } from './server-process.ts';

/** Every pack of the library that a folder of the device is bound to, with its path on the server's disk. */
export async function packsOfRoot(server: ServerProcess, device: Device, folder: string): Promise<string[]> {
  const { libraryId } = await device.root(folder);
  const objects = path.join(server.dataDir, 'objects', libraryId);
  return (await readdir(objects)).map((name) => path.join(objects, name));
}

/** What a rotten disk does to one byte. */
export async function flipByte(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
  await handle.close();
}
