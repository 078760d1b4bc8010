import type { Finding } from './finding.ts';
import type { Node, Source } from './source.ts';
import { findingAt, isNode, isTest, lineAt, nodesOf } from './source.ts';

const fileLinesMax = 400;
/** Of tests, which are lists of cases. */
const testLinesMax = 500;
/** Catalogues of words are as long as the product is wordy. */
const catalogues = /\/words\/[^/]+\.ts$/;
const lineColumnsMax = 120;
const functionLinesMax = 70;
/** Of a component, most of whose lines are markup. */
const componentLinesMax = 90;

export function longFiles({ path, text }: Source): Finding[] {
  if (catalogues.test(path)) return [];
  const lines = text.trimEnd().split('\n').length;
  const max = isTest(path) ? testLinesMax : fileLinesMax;
  return lines <= max ? [] : [{ path, line: lines, what: `has ${lines} lines, of ${max}` }];
}

export function longLines({ path, text }: Source): Finding[] {
  return text.split('\n').flatMap((content, index) => {
    const columns = [...content].length;
    if (columns <= lineColumnsMax) return [];
    return [{ path, line: index + 1, what: `is ${columns} columns wide, of ${lineColumnsMax}` }];
  });
}

/**
 * Functions past the limit. What a function declares inside (named functions and methods of an object) is
 * measured on its own, as in a class; callbacks count. Tests and contract suites are lists of cases and free.
 */
export function longFunctions(source: Source): Finding[] {
  if (isTest(source.path) || /contract[^/]*\.ts$/.test(source.path)) return [];
  return [...nodesOf(source)].flatMap((node) => {
    if (!functionNodes.has(node.type)) return [];
    const lines = linesOf(source, node) - declaredInside(source, node);
    const max = source.path.endsWith('.tsx') ? componentLinesMax : functionLinesMax;
    if (lines <= max) return [];
    return [findingAt(source, node.start, `is a function of ${lines} lines, of ${max}`)];
  });
}

const functionNodes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** A named function or a method, whose lines are its own and not those of what surrounds it. */
function declarationOf(node: Node): Node | null {
  if (node.type === 'FunctionDeclaration') return node;
  const method = node.type === 'MethodDefinition' || (node.type === 'Property' && node.method === true);
  return method && isNode(node.value) ? node.value : null;
}

function declaredInside(source: Source, outer: Node): number {
  let lines = 0;
  const open: unknown[] = Object.values(outer);
  while (open.length > 0) {
    const value = open.pop();
    const declared = isNode(value) ? declarationOf(value) : null;
    if (declared !== null) lines += linesOf(source, declared);
    else if (typeof value === 'object' && value !== null) open.push(...Object.values(value));
  }
  return lines;
}

function linesOf(source: Source, node: Node): number {
  return lineAt(source, node.end) - lineAt(source, node.start) + 1;
}
