/** Folders that belong to the system, with all in them. */
const WHOLE = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/proc',
  '/sbin',
  '/snap',
  '/sys',
  '/usr',
  '/System',
  '/Library',
  '/Applications',
  'C:\\Windows',
  'C:\\Program Files',
  'C:\\Program Files (x86)',
];
/** Folders in which people's folders lie, which nobody means to sync themselves. */
const THEMSELVES = [
  '/',
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/private',
  '/root',
  '/run',
  '/srv',
  '/tmp',
  '/Users',
  '/var',
];
const DRIVE = /^[A-Z]:\\?$/i;

/** Whether a real path is no folder to sync, since the system lives in it or it holds other people's folders. */
export function isSystemFolder(realPath: string): boolean {
  const plain = realPath.length > 1 ? realPath.replace(/[/\\]$/, '') : realPath;
  if (THEMSELVES.includes(plain) || DRIVE.test(plain)) return true;
  return WHOLE.some(
    (folder) => plain === folder || plain.startsWith(`${folder}${folder.includes('\\') ? '\\' : '/'}`),
  );
}
