// Who may import whom. What is absent is forbidden; a layer may always import itself; tests are free.

import path from 'node:path';
import type { Finding } from './finding.ts';
import type { Import } from './imports.ts';
import { importsOf, packageDirOf } from './imports.ts';
import type { Source } from './source.ts';
import { findingAt, isTest } from './source.ts';

type Layer = {
  /** Layers it may import. */
  may: readonly string[];
  /** Packages from outside it may import; absent: all but `notPackages`. */
  onlyPackages?: readonly string[];
  notPackages?: readonly string[];
};

const serverEffects = [
  '@nats-io/',
  '@trpc/',
  'better-sqlite3',
  'cockatiel',
  'drizzle-orm',
  'fastify',
  'minio',
  'mysql2',
  'prom-client',
];
const engineEffects = ['@napi-rs/', '@trpc/', 'better-sqlite3', 'chokidar', 'eventsource'];

/** A layer is a folder, and its name says where: `engine/core` is packages/engine/src/core. */
const layers: Readonly<Record<string, Layer>> = {
  shared: { may: [], onlyPackages: ['zod'] },
  'shared/testing': { may: ['shared'], onlyPackages: ['zod'] },

  'engine/core': { may: ['shared'], onlyPackages: ['ignore', 'zod'] },
  'engine/ports': { may: ['engine/core', 'shared'], notPackages: engineEffects },
  /** How content travels: what the engine and the web console do alike. Runs in browsers, too. */
  'engine/transfer': {
    may: ['engine/ports', 'engine/core', 'shared'],
    notPackages: [...engineEffects, 'node:'],
  },
  'engine/shell': {
    may: ['engine/transfer', 'engine/ports', 'engine/core', 'shared'],
    notPackages: engineEffects,
  },
  'engine/adapters': { may: ['engine/transfer', 'engine/ports', 'engine/core', 'shared'] },
  'engine/local-api': {
    may: ['engine/shell', 'engine/transfer', 'engine/ports', 'engine/core', 'shared'],
  },
  'engine/testing': {
    may: [
      'engine/adapters',
      'engine/compose',
      'engine/local-api',
      'engine/shell',
      'engine/transfer',
      'engine/ports',
      'engine/core',
      'shared',
    ],
  },
  'engine/compose': {
    may: [
      'engine/adapters',
      'engine/local-api',
      'engine/shell',
      'engine/transfer',
      'engine/ports',
      'engine/core',
      'shared',
    ],
  },

  'server/domain': { may: ['shared'], onlyPackages: ['zod'] },
  'server/settings': { may: ['shared'], onlyPackages: ['zod'] },
  'server/ports': { may: ['server/domain', 'shared'], notPackages: serverEffects },
  'server/doctor': { may: ['server/ports', 'server/settings', 'shared'], notPackages: serverEffects },
  'server/use-cases': { may: ['server/domain', 'server/ports', 'shared'], notPackages: serverEffects },
  'server/adapters': { may: ['server/ports', 'server/domain', 'server/settings', 'shared'] },
  'server/api': { may: ['server/use-cases', 'server/ports', 'server/domain', 'shared'] },
  'server/root': {
    may: [
      'server/compose',
      'server/api',
      'server/use-cases',
      'server/ports',
      'server/domain',
      'server/settings',
      'shared',
    ],
  },
  /** The server's own command: asks the use-cases, or starts what is composed. */
  'server/cli': {
    may: [
      'server/compose',
      'server/root',
      'server/use-cases',
      'server/doctor',
      'server/ports',
      'server/domain',
      'server/settings',
      'shared',
    ],
  },
  'server/compose': {
    may: [
      'server/adapters',
      'server/cli',
      'server/root',
      'server/settings',
      'server/api',
      'server/use-cases',
      'server/doctor',
      'server/ports',
      'server/domain',
      'shared',
    ],
  },

  'server/testing': {
    may: [
      'server/compose',
      'server/adapters',
      'server/api',
      'server/use-cases',
      'server/ports',
      'server/domain',
      'shared',
    ],
  },

  cli: {
    may: [
      'cli/compose',
      'engine/compose',
      'engine/local-api',
      'engine/shell',
      'engine/transfer',
      'engine/ports',
      'engine/core',
      'server/compose',
      'shared',
    ],
  },
  'cli/compose': {
    may: [
      'cli',
      'engine/compose',
      'engine/adapters',
      'engine/local-api',
      'engine/shell',
      'engine/transfer',
      'engine/ports',
      'engine/core',
      'server/compose',
      'server/root',
      'server/settings',
      'server/adapters',
      'server/api',
      'shared',
    ],
  },

  ui: { may: ['shared'], notPackages: ['electron', 'node:'] },
  console: {
    may: ['ui', 'engine/transfer', 'engine/ports', 'engine/core', 'shared'],
    notPackages: ['electron', 'node:'],
  },
  /** What decides in the app's shell, without Electron. */
  'desktop/shell': { may: ['shared'], notPackages: ['electron'] },
  'desktop/main': { may: ['desktop/shell', 'shared'] },
  'desktop/preload': { may: ['desktop/shell'] },
  'desktop/renderer': { may: ['desktop/shell', 'ui', 'shared'], notPackages: ['electron', 'node:'] },
};

/** Screens are typed by the API that they speak to, and take nothing else of it. */
const typedBy: Readonly<Record<string, string>> = {
  cli: 'server/api',
  console: 'server/api',
  'desktop/renderer': 'engine/local-api',
};

/** Composition roots: the only files that name concrete adapters. */
const composing = /^(main|start|compose[a-z0-9-]*)\.ts$/;

/** The layer of a source file; undefined for one outside every known folder; null for what has no layer. */
export function layerOf(file: string): string | null | undefined {
  const [parent, pack, src, ...rest] = file.split('/');
  if ((parent !== 'packages' && parent !== 'apps') || src !== 'src') return null;
  if (pack === 'shared' && rest[0] === 'testing') return 'shared/testing';
  if (pack === 'shared' || pack === 'ui' || pack === 'console') return pack;
  if (composing.test(path.posix.basename(file)) && rest.length === 1) return known(`${pack}/compose`);
  if (pack === 'engine' && rest[0] === 'shell' && rest[1] === 'transfer') return 'engine/transfer';
  if (pack === 'cli') return composing.test(path.posix.basename(file)) ? 'cli/compose' : 'cli';
  return known(`${pack}/${rest.length === 1 ? 'root' : rest[0]}`);
}

function known(layer: string): string | undefined {
  return layer in layers ? layer : undefined;
}

/** Imports against the direction, and source files that belong to no layer. */
export function wrongImports(source: Source): Finding[] {
  const own = layerOf(source.path);
  if (own === null || isTest(source.path)) return [];
  if (own === undefined) {
    return [findingAt(source, 0, 'belongs to no layer: move it, or add its folder to test/tidy/layers.ts')];
  }
  return importsOf(source).flatMap((one) => {
    const what = whyWrong(own, source.path, one);
    return what === null ? [] : [findingAt(source, one.offset, `imports ${one.specifier}: ${what}`)];
  });
}

function whyWrong(own: string, importer: string, { specifier, target, typeOnly }: Import): string | null {
  const layer = layers[own];
  if (layer === undefined) return null;
  if (target === null) return mayImportPackage(layer, specifier) ? null : `${own} stays free of this package`;
  if (target === `${packageDirOf(importer)}/package.json`) return null; // for its version
  const other = layerOf(target);
  if (other === own || (typeof other === 'string' && layer.may.includes(other))) return null;
  if (typeOnly && other === typedBy[own]) return null;
  return `${own} may import ${layer.may.join(', ') || 'nothing of ours'}, not ${other ?? target}`;
}

function mayImportPackage(layer: Layer, specifier: string): boolean {
  const among = (names: readonly string[]) =>
    names.some((name) => specifier === name || specifier.startsWith(/[/:]$/.test(name) ? name : `${name}/`));
  if (layer.onlyPackages !== undefined) return among(layer.onlyPackages);
  return !among(layer.notPackages ?? []);
}

/** Relative imports from one package into another, which must go by the package's name. */
export function borderCrossings(source: Source): Finding[] {
  return importsOf(source)
    .filter(({ specifier, target }) => {
      return (
        specifier.startsWith('.') && target !== null && packageDirOf(target) !== packageDirOf(source.path)
      );
    })
    .map(({ specifier, offset }) =>
      findingAt(source, offset, `imports ${specifier} across a package border`),
    );
}

/** Test files, and what exists for tests, imported by what is not a test. */
export function importsOfTests(source: Source): Finding[] {
  if (isTest(source.path) || packageDirOf(source.path) === '' || isForTests(source.path)) {
    return [];
  }
  return importsOf(source)
    .filter(({ target }) => target !== null && (isTest(target) || isForTests(target)))
    .map(({ specifier, offset }) =>
      findingAt(source, offset, `imports ${specifier}, which is for tests only`),
    );
}

function isForTests(file: string): boolean {
  return layerOf(file)?.endsWith('/testing') ?? false;
}
