import { readdirSync, readFileSync } from 'node:fs';

/** The processes whose environment names the folder, like all that belongs to a home: by id and program. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const isOfIt = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
        if (!isOfIt) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // What has ended and is not yet known to have has no command line any more.
        return command === '' ? [] : [`${pid} ${command}`];
      } catch {
        // It ended meanwhile, or is another user's.
        return [];
      }
    });
}
