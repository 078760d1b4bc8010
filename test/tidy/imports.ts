import path from 'node:path';
import type { Source } from './source.ts';
import { isNode, nodesOf } from './source.ts';

/** One `import`, `export … from`, `import()` or `import('…').Type`. */
export type Import = {
  specifier: string;
  offset: number;
  typeOnly: boolean;
  /** The file of this repository it means, or null for a package from outside or a module of Node. */
  target: string | null;
};

const importingNodes = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  for (const node of nodesOf(source)) {
    if (!importingNodes.has(node.type)) continue;
    const from = node.source ?? node.argument;
    if (!isNode(from) || typeof from.value !== 'string') continue;
    const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
    const specifier = from.value;
    found.push({ specifier, offset: node.start, typeOnly, target: targetOf(source.path, specifier) });
  }
  return found;
}

/** Where the workspace packages live; their `exports` map `./*` to `./src/*.ts`. */
const packageDirs: Readonly<Record<string, string>> = {
  '@tidesync/shared': 'packages/shared',
  '@tidesync/engine': 'packages/engine',
  '@tidesync/server': 'apps/server',
  '@tidesync/cli': 'apps/cli',
  '@tidesync/ui': 'packages/ui',
  '@tidesync/console': 'apps/console',
  '@tidesync/desktop': 'apps/desktop',
};

function targetOf(importer: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(importer), specifier);
  const [scope, name, ...rest] = specifier.split('/');
  const dir = packageDirs[`${scope}/${name}`];
  return dir === undefined ? null : `${dir}/src/${rest.join('/')}.ts`;
}

/** `packages/engine` for a file below it; the empty string for what belongs to the root. */
export function packageDirOf(file: string): string {
  return /^(packages|apps)\/[^/]+/.exec(file)?.[0] ?? '';
}
