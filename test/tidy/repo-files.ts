import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export const repoDir = path.resolve(import.meta.dirname, '../..');

/** Never ours, for a checkout without git. */
const foreignNames = new Set(['node_modules', '.git', '.setup-lock', '.tidesync', 'coverage']);

/** Every file of the repository, tracked or about to be, as a path with forward slashes. */
export function repoFiles(): string[] {
  const files = existsSync(path.join(repoDir, '.git')) ? filesOfGit() : filesBelow('');
  return files.filter((file) => isFile(file)).sort();
}

export function readRepoFile(file: string): string {
  return readFileSync(path.join(repoDir, file), 'utf8');
}

/** Whether a path of the repository names a file or a folder. */
export function repoHas(file: string): boolean {
  return existsSync(path.join(repoDir, file));
}

function filesOfGit(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: repoDir, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  return [...new Set(listed.split('\0').filter((file) => file !== ''))];
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(repoDir, folder), { withFileTypes: true })
    .filter((entry) => !foreignNames.has(entry.name))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(file) : [file];
    });
}

/** git also lists what is deleted and not committed yet. */
function isFile(file: string): boolean {
  return statSync(path.join(repoDir, file), { throwIfNoEntry: false })?.isFile() ?? false;
}
