import type { Finding } from './finding.ts';
import { importsOf } from './imports.ts';
import type { Node, Source } from './source.ts';
import { findingAt, isNode, isTest, nodesOf } from './source.ts';

/** Decides and never acts: nothing of the environment at all. */
const pure = /^(packages\/shared\/src|packages\/engine\/src\/core|apps\/server\/src\/domain)\//;
/** Acts, but is given its clock and its randomness. */
const clockless = /^packages\/engine\/src\/shell\//;

const timers = new Set(['setTimeout', 'setInterval', 'setImmediate', 'performance']);
const hiddenInputs = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'crypto.getRandomValues']);

/** Uses of the clock, of randomness and (where it is pure) of the process and of Node. */
export function impurities(source: Source): Finding[] {
  const isPure = pure.test(source.path);
  if (isTest(source.path) || !(isPure || clockless.test(source.path))) return [];
  const found: Finding[] = [];
  for (const node of nodesOf(source)) {
    const name = hiddenInput(node) ?? (isPure ? environment(node) : null);
    if (name !== null)
      found.push(findingAt(source, node.start, `uses ${name}: take it as an argument or a port`));
  }
  const nodeImports = isPure
    ? importsOf(source).filter(({ specifier }) => specifier.startsWith('node:'))
    : [];
  return [...found, ...nodeImports.map((one) => findingAt(source, one.offset, `imports ${one.specifier}`))];
}

function hiddenInput(node: Node): string | null {
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date') {
    return Array.isArray(node.arguments) && node.arguments.length === 0 ? 'new Date()' : null;
  }
  if (node.type === 'CallExpression') {
    const callee = nameOf(node.callee);
    return callee !== null && timers.has(callee) ? callee : null;
  }
  if (node.type !== 'MemberExpression') return null;
  const [object, property] = [nameOf(node.object), nameOf(node.property)];
  if (object === 'performance') return 'performance';
  return hiddenInputs.has(`${object}.${property}`) ? `${object}.${property}` : null;
}

function environment(node: Node): string | null {
  if (node.type !== 'MemberExpression') return null;
  const object = nameOf(node.object);
  return object === 'process' || object === 'globalThis' ? object : null;
}

function nameOf(value: unknown): string | null {
  return isNode(value) && typeof value.name === 'string' ? value.name : null;
}
