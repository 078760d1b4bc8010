import { parseSync } from 'vite';
import type { Finding } from './finding.ts';

type Parsed = ReturnType<typeof parseSync>;

/** One parsed TypeScript or JavaScript file. */
export type Source = { path: string; text: string; program: Parsed['program']; comments: Parsed['comments'] };

/** A node of the syntax tree, as far as the rules look at it. */
export type Node = { type: string; start: number; end: number; [key: string]: unknown };

export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  return { path, text, program, comments };
}

/** Every node of the file, parents before children. */
export function* nodesOf(source: Source): Generator<Node> {
  const open: unknown[] = [source.program];
  while (open.length > 0) {
    const value = open.pop();
    if (isNode(value)) yield value;
    if (typeof value === 'object' && value !== null) open.push(...Object.values(value).reverse());
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The line of an offset, from 1. */
export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split('\n').length;
}

export function findingAt(source: Source, offset: number, what: string): Finding {
  return { path: source.path, line: lineAt(source, offset), what };
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}
