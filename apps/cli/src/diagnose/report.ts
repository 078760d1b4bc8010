import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { Failure, sentenceOf } from '@tidesync/shared/problems';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { CliContext } from '../cli-context.ts';
import { redactDocument } from './redact.ts';
import type { DiagnosisSources } from './sources.ts';

type Trouble = Awaited<ReturnType<EngineFace['troubles']>>[number];

/** What the engine said, or why it said nothing. */
interface FromEngine {
  readonly runs: 'elsewhere' | 'no';
  readonly opens: string;
  readonly status: EngineStatus | null;
  readonly troubles: readonly Trouble[];
}

export interface Report {
  readonly text: string;
  readonly data: object;
}

/** Everything that helps to find out what is wrong, without secrets; names of files only where they are asked for. */
export async function drawReport(
  context: Pick<CliContext, 'access' | 'homePath' | 'system' | 'clock'>,
  sources: DiagnosisSources,
  withNames: boolean,
): Promise<Report> {
  const engine = await askEngine(context);
  const pid = await sources.enginePid();
  const data = {
    schema: 1,
    madeAt: new Date(context.clock.nowMs()).toISOString(),
    versions: sources.versions(),
    home: { path: context.homePath, files: await sources.files() },
    engine: { runs: engine.runs, pid: engine.runs === 'elsewhere' ? pid : null, database: engine.opens },
    watches: pid === null ? null : await sources.watches(pid),
    powerAndNetwork: await sources.powerAndNetwork(),
    status: engine.status,
    troubles: byCause(engine.troubles),
    settings: sources.settings(),
    log: await sources.logTail(),
  };
  const names = withNames ? [] : namesIn(engine);
  const safe = { secrets: await sources.secrets(), userHome: context.system.userHome, names };
  const redacted = redactDocument(data, safe);
  return { text: `${JSON.stringify(redacted, null, 2)}\n`, data: redacted as object };
}

/** One that runs, else one of this process, which opens the database and so checks it. */
async function askEngine({ access }: Pick<CliContext, 'access'>): Promise<FromEngine> {
  try {
    return await access.use(async ({ face, runs }) => ({
      runs: runs === 'elsewhere' ? 'elsewhere' : 'no',
      opens: 'sound',
      status: await face.status(),
      troubles: await face.troubles(null),
    }));
  } catch (error) {
    const said = error instanceof Failure ? sentenceOf(error.problem) : String(error);
    return { runs: 'no', opens: said, status: null, troubles: [] };
  }
}

function byCause(troubles: readonly Trouble[]) {
  const codes = [...new Set(troubles.map(({ code }) => code))].sort();
  return codes.map((code) => {
    const all = troubles.filter((one) => one.code === code);
    return {
      code,
      count: all.length,
      sinceMs: Math.min(...all.map(({ sinceMs }) => sinceMs)),
      first: all[0]?.sentence,
    };
  });
}

/** Paths that people gave: of folders, libraries, files in work and in trouble, with each of their parts. */
function namesIn({ status, troubles }: FromEngine): string[] {
  const roots = status?.roots ?? [];
  const paths = [
    ...roots.flatMap(({ path, transfers, readings }) => [
      path,
      ...[...transfers, ...readings].map((one) => one.path),
    ]),
    ...troubles.map(({ path }) => path),
  ];
  const device = status?.session.is === 'signedIn' ? [status.session.deviceName] : [];
  const parts = paths.flatMap((path) => [path, path.split(/[\\/]/).at(-1) ?? '']);
  return [...parts, ...roots.map(({ libraryName }) => libraryName), ...device].filter(
    (name) => name.length > 2,
  );
}
