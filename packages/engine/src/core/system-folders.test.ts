import { expect, test } from 'vitest';
import { isSystemFolder } from './system-folders.ts';

test.each(['/', '/etc', '/etc/nginx', '/usr/share/doc', '/home', '/var/', 'C:\\', 'C:\\Windows\\Temp'])(
  '%s belongs to the system',
  (path) => expect(isSystemFolder(path)).toBe(true),
);
test.each(['/home/ada', '/tmp/here', '/var/data', '/etcetera', '/mnt/disk', 'C:\\Users\\ada'])(
  '%s does not',
  (path) => expect(isSystemFolder(path)).toBe(false),
);
