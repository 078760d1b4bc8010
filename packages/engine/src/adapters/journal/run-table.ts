import type Sqlite from 'better-sqlite3';
import { engineLimits } from '../../core/engine-limits.ts';
import type { EngineJournal, EngineRun } from '../../ports/journal.ts';

export function engineRuns(db: Sqlite.Database): Pick<EngineJournal, 'noteRun' | 'runs'> {
  const put = db.prepare<[EngineRun]>(
    `INSERT INTO engine_runs (started_ms, seen_ms) VALUES (@startedMs, @seenMs)
     ON CONFLICT (started_ms) DO UPDATE SET seen_ms = excluded.seen_ms`,
  );
  const all = db.prepare<[number], EngineRun>(
    'SELECT started_ms AS startedMs, seen_ms AS seenMs FROM engine_runs ORDER BY started_ms DESC LIMIT ?',
  );
  const prune = db.prepare<[number]>(
    `DELETE FROM engine_runs WHERE started_ms <=
       (SELECT started_ms FROM engine_runs ORDER BY started_ms DESC LIMIT 1 OFFSET ?)`,
  );
  return {
    noteRun: db.transaction((run: EngineRun) => {
      put.run(run);
      prune.run(engineLimits.runsMax);
    }),
    runs: () => all.all(engineLimits.runsMax),
  };
}
