// Finds or builds all programs that tests on real servers need, before any of those tests starts.

import { findProgram } from './find-program.ts';
import { NotObtainable } from './not-obtainable.ts';
import type { ProgramKind } from './server-kinds.ts';
import { addressVariables, isServer, programKinds, programs } from './server-kinds.ts';

export type Prepared =
  | { readonly kind: ProgramKind; readonly title: string; readonly has: true; readonly where: string }
  | { readonly kind: ProgramKind; readonly title: string; readonly has: false; readonly why: NotObtainable };

/** One after the other, because a build takes all of the machine. */
export async function prepareServers(): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const kind of programKinds) prepared.push(await prepare(kind));
  return prepared;
}

async function prepare(kind: ProgramKind): Promise<Prepared> {
  const { title } = programs[kind];
  const address = givenAddress(kind);
  if (address !== null) return { kind, title, has: true, where: `at ${address.host} (${address.variable})` };
  try {
    const found = await findProgram(kind);
    const where = found.how === 'program' ? `${found.path} (${found.from})` : `image ${found.image}`;
    return { kind, title, has: true, where };
  } catch (error) {
    if (!(error instanceof NotObtainable)) throw error;
    return { kind, title, has: false, why: error };
  }
}

/** The host alone: an address has a password in it. */
function givenAddress(kind: ProgramKind): { host: string; variable: string } | null {
  if (!isServer(kind)) return null;
  const variable = addressVariables[kind].name;
  const given = process.env[variable] ?? '';
  if (given === '') return null;
  return { host: URL.canParse(given) ? new URL(given).host : 'no URL', variable };
}

/** What the tests on real servers can do on this machine. A build machine may not do without them. */
export type Readiness =
  | { readonly state: 'ready' }
  /** This machine can get none of them, and the tests are left out. */
  | { readonly state: 'left out'; readonly sentence: string }
  | { readonly state: 'missing'; readonly sentences: readonly string[] };

export function readinessOf(prepared: readonly Prepared[], isBuildMachine: boolean): Readiness {
  const missing = prepared.flatMap((one) => (one.has ? [] : [one]));
  const [first] = missing;
  if (first === undefined) return { state: 'ready' };
  if (missing.length < prepared.length || isBuildMachine)
    return { state: 'missing', sentences: missing.map(({ why }) => why.message) };
  const titles = missing.map(({ title }) => title).join(', ');
  return { state: 'left out', sentence: `this machine can get none of ${titles}: ${first.why.message}` };
}

/** As continuous integration sets it. */
export function isBuildMachine(env: NodeJS.ProcessEnv = process.env): boolean {
  return !['', '0', 'false'].includes(env.CI ?? '');
}
