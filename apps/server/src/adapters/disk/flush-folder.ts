import { open } from 'node:fs/promises';

/** Makes the names in a folder as they are now survive a power cut. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // NTFS journals names itself, and folders cannot be opened there
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
