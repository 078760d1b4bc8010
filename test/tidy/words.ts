import path from 'node:path';
import type { Finding } from './finding.ts';
import type { Node, Source } from './source.ts';
import { findingAt, isNode, nodesOf } from './source.ts';

const emptyNames = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'misc']);

/** Files and folders named after nothing in particular. */
export function emptyFileNames(files: readonly string[]): Finding[] {
  return files.flatMap((file) => {
    const name = file.split(/[/.-]/).find((part) => emptyNames.has(part.toLowerCase()));
    if (name === undefined) return [];
    return [
      {
        path: file,
        line: 1,
        what: `is called "${name}": name ${path.posix.basename(file)} for what it does`,
      },
    ];
  });
}

/** Notes to oneself that were to be gone before anyone else reads them. */
export function leftoverNotes(source: Source): Finding[] {
  return source.comments.flatMap(({ value, start }) => {
    const note = /\b(FIXME|XXX)\b/.exec(value)?.[0];
    return note === undefined ? [] : [findingAt(source, start, `still says ${note}`)];
  });
}

const testFunctions = new Set(['test', 'it', 'describe', 'suite', 'bench']);

/** Tests switched off, or switching all others off. */
export function switchedTests(source: Source): Finding[] {
  return [...nodesOf(source)].flatMap((node) => {
    if (node.type !== 'MemberExpression' || !isNode(node.property)) return [];
    const { name } = node.property;
    if ((name !== 'only' && name !== 'skip') || !testFunctions.has(rootName(node))) return [];
    return [findingAt(source, node.start, `switches tests with .${name}`)];
  });
}

/** `test` for `test.concurrent.only`. */
function rootName(node: Node): string {
  let at: unknown = node;
  while (isNode(at) && at.type === 'MemberExpression') at = at.object;
  return isNode(at) && typeof at.name === 'string' ? at.name : '';
}

const registryHost = /\bregistry\.(npmjs|yarnpkg|npmmirror)\.[a-z]+|\bnpm\.(pkg\.github|jsr)\.[a-z]+/i;

/** The hosts of package registries: where packages come from is each machine's own setting. */
export function registryHosts(file: string, text: string): Finding[] {
  return text.split('\n').flatMap((content, index) => {
    const host = registryHost.exec(content)?.[0];
    return host === undefined ? [] : [{ path: file, line: index + 1, what: `names ${host}` }];
  });
}
