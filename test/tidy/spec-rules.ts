import type { Finding } from './finding.ts';
import type { Source } from './source.ts';
import { findingAt, nodesOf } from './source.ts';

/** A rule of docs/spec, written as `- **R12** …`. */
export type SpecRule = { id: string; path: string; line: number };

export function specRules(path: string, text: string): SpecRule[] {
  return text.split('\n').flatMap((content, index) => {
    const id = /^- \*\*([A-Z]{1,2}\d+)\*\*/.exec(content)?.[1];
    return id === undefined ? [] : [{ id, path, line: index + 1 }];
  });
}

/** A string of a test that names rules, e.g. the title `[R5] an edit outlives a delete`. */
type Quote = { id: string; source: Source; offset: number; leads: boolean };

export function quotesOf(source: Source): Quote[] {
  return [...nodesOf(source)].flatMap((node) => {
    if (node.type !== 'Literal' && node.type !== 'TemplateElement') return [];
    const text = source.text.slice(node.start, node.end).replace(/^['"`]/, '');
    const lead = /^(\[[A-Z]{1,2}\d+\]\s*)*/.exec(text)?.[0].length ?? 0;
    return [...text.matchAll(/\[([A-Z]{1,2}\d+)\]/g)].map((match) => {
      return { id: match[1] ?? '', source, offset: node.start, leads: match.index < lead };
    });
  });
}

export function rulesWithoutTest(rules: readonly SpecRule[], quotes: readonly Quote[]): Finding[] {
  const quoted = new Set(quotes.map(({ id }) => id));
  return rules
    .filter(({ id }) => !quoted.has(id))
    .map(({ id, path, line }) => ({ path, line, what: `rule ${id}: no test title quotes [${id}]` }));
}

export function rulesDefinedTwice(rules: readonly SpecRule[]): Finding[] {
  return rules
    .filter(({ id }, index) => rules.findIndex((other) => other.id === id) !== index)
    .map(({ id, path, line }) => ({ path, line, what: `rule ${id} is defined a second time` }));
}

/** Titles that begin with the id of a rule that docs/spec does not have. */
export function unknownQuotes(rules: readonly SpecRule[], quotes: readonly Quote[]): Finding[] {
  const known = new Set(rules.map(({ id }) => id));
  return quotes
    .filter(({ id, leads }) => leads && !known.has(id))
    .map(({ id, source, offset }) =>
      findingAt(source, offset, `quotes [${id}], which docs/spec does not have`),
    );
}
