import type { Finding } from './finding.ts';

const CASES = 42;
const NAMED = /\[[^\]]+\]\(\.\.\/([^)]+)\) "([^"]+)"/g;

/**
 * What is wrong with docs/fault-cases.md: a case that is missing, that names neither a test nor why there is none, or
 * that names a test whose title is not there. `read` gives a file's text, null if there is none.
 */
export function wrongFaultCases(
  path: string,
  text: string,
  read: (path: string) => string | null,
): Finding[] {
  const rows = text.split('\n').flatMap((row, index) => {
    const id = /^\| (\d\d) \|/.exec(row)?.[1];
    return id === undefined ? [] : [{ id: Number(id), row, line: index + 1 }];
  });
  const findings: Finding[] = [];
  for (let id = 1; id <= CASES; id++) {
    if (rows.filter((one) => one.id === id).length !== 1)
      findings.push({ path, line: 1, what: `case ${id} is not there once` });
  }
  for (const { row, line } of rows) {
    const named = [...row.matchAll(NAMED)];
    if (named.length === 0 && !/\| (open|later): [^|]+ \|$/.test(row))
      findings.push({ path, line, what: 'names neither a test nor why there is none' });
    for (const [, file = '', title = ''] of named) {
      if (!read(file)?.includes(title)) findings.push({ path, line, what: `${file} has no test "${title}"` });
    }
  }
  return findings;
}
