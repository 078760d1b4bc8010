import { parseArgs } from 'node:util';
import { scenarios } from './scenarios/scenarios.ts';

export interface BenchOptions {
  readonly embedded: boolean;
  /** Names of scenarios; all, if none is named. */
  readonly only: readonly string[];
  readonly users: number;
  readonly runs: number;
  readonly servers: number;
  readonly clientProcesses: number;
  readonly jsonFile: string | null;
  readonly profileDir: string | null;
}

export const USAGE = `npm run bench:server -- [options]

  --embedded       one server on SQLite and a local folder, instead of two on TiDB, MinIO and NATS
  --only NAME      this scenario only; may be given more than once
  --users N        100 without it; everything else scales with it
  --runs N         how often each scenario runs; shown are median, lowest and highest
  --servers N      how many servers (default 2)
  --clients N      processes that play the users (default 2)
  --json FILE      all figures of all runs
  --profile DIR    CPU profiles of the servers

scenarios: ${scenarios.map(({ name }) => name).join(', ')}`;

/** Null where the arguments cannot be understood. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        embedded: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        users: { type: 'string', default: '100' },
        runs: { type: 'string', default: '1' },
        servers: { type: 'string', default: '2' },
        clients: { type: 'string', default: '2' },
        json: { type: 'string' },
        profile: { type: 'string' },
      },
    });
    const known = new Set(scenarios.map(({ name }) => name));
    if (values.only.some((name) => !known.has(name))) return null;
    return {
      embedded: values.embedded,
      only: values.only,
      users: wholeNumber(values.users, 10_000),
      runs: wholeNumber(values.runs, 100),
      servers: wholeNumber(values.servers, 16),
      clientProcesses: wholeNumber(values.clients, 64),
      jsonFile: values.json ?? null,
      profileDir: values.profile ?? null,
    };
  } catch {
    return null;
  }
}

function wholeNumber(text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) throw new RangeError(text);
  return value;
}
