import { expect, test } from 'vitest';
import type { PathFacts } from './open-path.ts';
import { howToOpen } from './open-path.ts';

const facts = (some: Partial<PathFacts>): PathFacts => ({
  realPath: '/home/ada/Docs/a.txt',
  kind: 'file',
  isExecutable: false,
  rootPaths: ['/home/ada/Docs'],
  separator: '/',
  ...some,
});

test.each<[string, Partial<PathFacts>, 'open' | 'reveal' | 'refuse']>([
  ['a document', {}, 'open'],
  ['the folder itself', { realPath: '/home/ada/Docs', kind: 'folder' }, 'open'],
  ['a folder whose name only begins like it', { realPath: '/home/ada/Docs2/a.txt' }, 'reveal'],
  ['a file elsewhere', { realPath: '/etc/passwd' }, 'reveal'],
  ['a script', { realPath: '/home/ada/Docs/a.SH' }, 'reveal'],
  ['a starter', { realPath: '/home/ada/Docs/a.desktop' }, 'reveal'],
  ['a program without an ending', { realPath: '/home/ada/Docs/a', isExecutable: true }, 'reveal'],
  ['a bundle that is a program', { realPath: '/home/ada/Docs/A.app', kind: 'folder' }, 'reveal'],
  ['a device', { kind: 'other' }, 'reveal'],
  ['nothing', { kind: 'missing' }, 'refuse'],
])('%s', (_what, some, how) => expect(howToOpen(facts(some))).toBe(how));
