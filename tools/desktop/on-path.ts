import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** @param folders as in PATH */
export function isOnPath(program: string, folders: string): boolean {
  return folders.split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
