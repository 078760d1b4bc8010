import type { Finding } from './finding.ts';
import type { Source } from './source.ts';
import { findingAt, isTest, lineAt, nodesOf } from './source.ts';

const fileLinesMax = 400;
const lineColumnsMax = 120;
const functionLinesMax = 70;

export function longFiles({ path, text }: Source): Finding[] {
  const lines = text.trimEnd().split('\n').length;
  return lines <= fileLinesMax ? [] : [{ path, line: lines, what: `has ${lines} lines, of ${fileLinesMax}` }];
}

export function longLines({ path, text }: Source): Finding[] {
  return text.split('\n').flatMap((content, index) => {
    const columns = [...content].length;
    if (columns <= lineColumnsMax) return [];
    return [{ path, line: index + 1, what: `is ${columns} columns wide, of ${lineColumnsMax}` }];
  });
}

const functionNodes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Functions past the limit. Tests and contract suites are lists of cases and may be longer. */
export function longFunctions(source: Source): Finding[] {
  if (isTest(source.path) || /contract[^/]*\.ts$/.test(source.path)) return [];
  return [...nodesOf(source)].flatMap((node) => {
    if (!functionNodes.has(node.type)) return [];
    const lines = lineAt(source, node.end) - lineAt(source, node.start) + 1;
    if (lines <= functionLinesMax) return [];
    return [findingAt(source, node.start, `is a function of ${lines} lines, of ${functionLinesMax}`)];
  });
}
