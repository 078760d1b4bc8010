/** Few, so that people at several devices often mean the same. */
export const fileNames = ['a.txt', 'b.txt', 'c', 'd.md', 'A.txt', 'e', 'f.txt', 'caf\u00e9'];
/** What some disks cannot hold, or not beside another one. */
export const oddNames = [
  'aux.txt',
  'x.',
  'y ',
  'a:b',
  'con',
  'CAF\u00c9',
  'cafe\u0301',
  'B.TXT',
  'a?',
  'n'.repeat(250),
];
export const ignorePatterns = ['*.md', 'x/', 'c', '/y', '*.txt', '~*'];
export const folderNames = ['x', 'y', 'z', 'X', 'w', 'v'];
