// The list of parts of a package, in the form of CycloneDX 1.6: what of others is in it, in which version, with the hash
// that the lockfile holds it to.

interface Dependency {
  /** `9.8.1`, `9.8.1(react@19)`, or `link:../../packages/ui`. */
  readonly version: string;
}
type Named = Readonly<Record<string, string>>;
export interface Lockfile {
  readonly importers: Readonly<
    Record<
      string,
      { dependencies?: Record<string, Dependency>; devDependencies?: Record<string, Dependency> }
    >
  >;
  readonly packages: Readonly<Record<string, { resolution?: { integrity?: string } }>>;
  readonly snapshots: Readonly<Record<string, { dependencies?: Named; optionalDependencies?: Named }>>;
}

/** Where the package comes from: the app's bundle has its development dependencies in it, but for its tools. */
const IMPORTERS = ['apps/desktop', 'apps/cli', 'packages/engine', 'packages/shared', 'packages/ui'];
const TOOLS = /^(@types\/|@vitejs\/|electron-builder$|electron-vite$|vite$|typescript$)/;
/** What it needs only fetches it. */
const COMPLETE = /^electron@/;

interface Part {
  readonly name: string;
  readonly version: string;
  readonly integrity: string | null;
}

export function partsList(lock: Lockfile, made: { readonly version: string }): object {
  const components = partsOf(lock).map(({ name, version, integrity }) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(integrity === null ? {} : { hashes: [hashOf(integrity)] }),
  }));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name: 'tidesync', version: made.version } },
    components,
  };
}

/** In the order of their names; each once. */
function partsOf(lock: Lockfile): Part[] {
  const seen = new Set<string>();
  const waiting = IMPORTERS.flatMap((importer) => {
    const { dependencies = {}, devDependencies = {} } = lock.importers[importer] ?? {};
    return Object.entries({ ...devDependencies, ...dependencies })
      .filter(([name, { version }]) => !TOOLS.test(name) && !version.startsWith('link:'))
      .map(([name, { version }]) => `${name}@${version}`);
  });
  // The Node that engine and command run on.
  const node = lock.importers['.']?.devDependencies?.node;
  if (node !== undefined) waiting.push(`node@${node.version}`);
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    if (COMPLETE.test(key)) continue;
    const { dependencies = {}, optionalDependencies = {} } = lock.snapshots[key] ?? {};
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      if (!TOOLS.test(name)) waiting.push(`${name}@${version}`);
    }
  }
  const parts = [...seen].map((key): [string, Part] => {
    const plain = key.replace(/\(.*$/, '');
    const at = plain.lastIndexOf('@');
    const integrity = lock.packages[plain]?.resolution?.integrity ?? null;
    return [plain, { name: plain.slice(0, at), version: plain.slice(at + 1), integrity }];
  });
  return [...new Map(parts).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

/** `sha512-…` in base64, as CycloneDX writes it. */
function hashOf(integrity: string): { alg: string; content: string } {
  const [kind = '', base64 = ''] = integrity.split('-', 2);
  const alg = kind.toUpperCase().replace('SHA', 'SHA-');
  return { alg, content: Buffer.from(base64, 'base64').toString('hex') };
}
