import type { Finding } from './finding.ts';

const LINKED = /\[[^\]]+\]\(\.\.\/([^)#]+)\)((?:,? "[^"]+")+)/g;
const TITLE = /"([^"]+)"/g;
const ROW = /^\| (?!behaviour \||---)[^|]+ \|([^|]*)\| (.+) \|$/;

export interface Known {
  /** A file's text; null if there is none. */
  readonly read: (path: string) => string | null;
  readonly rules: ReadonlySet<string>;
}

/**
 * What is wrong with docs/behaviour.md: a row without a rule or a test, a rule that is not in docs/spec, and a test whose
 * title is not there.
 */
export function wrongBehaviours(path: string, text: string, known: Known): Finding[] {
  return text.split('\n').flatMap((content, index) => {
    const [, rules = '', shown = ''] = ROW.exec(content) ?? [];
    if (shown === '') return [];
    const wrong = [...wrongRules(rules, known), ...wrongTests(shown, known)];
    return wrong.map((what) => ({ path, line: index + 1, what }));
  });
}

function wrongRules(cell: string, { rules }: Known): string[] {
  const named = cell.split(',').map((rule) => rule.trim());
  return named.filter((rule) => !rules.has(rule)).map((rule) => `names "${rule}", no rule of docs/spec`);
}

function wrongTests(cell: string, { read }: Known): string[] {
  const linked = [...cell.matchAll(LINKED)];
  if (linked.length === 0) return ['names no test'];
  return linked.flatMap(([, file = '', titles = '']) => {
    const said = [...titles.matchAll(TITLE)].map(([, title = '']) => title);
    const missing = said.filter((title) => !read(file)?.includes(title));
    return missing.map((title) => `${file} has no test "${title}"`);
  });
}
