import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteJournal } from '@tidesync/engine/adapters/sqlite-journal';
import { TestFolders } from '@tidesync/engine/testing/dying-process';
import { openSqliteStore } from '@tidesync/server/adapters/database/store-sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import type { DatabaseContents } from './database-states.ts';
import { contentsOf, formatsIn, makeFormat, statesDuring, writeState } from './database-states.ts';

const migrationsOf = (name: string) => fileURLToPath(new URL(`../../drizzle/${name}/`, import.meta.url));

const folders = new TestFolders();
afterEach(() => folders.end());

interface Program {
  readonly migrations: string;
  /** Opens the database in today's format, and closes it. */
  readonly start: (file: string) => Promise<void>;
  /** Opens it, and is gone. */
  readonly startAndStay: (file: string) => void;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const programs: [string, Program][] = [
  [
    'the engine',
    {
      migrations: migrationsOf('journal'),
      async start(file) {
        const { journal, setAside } = openSqliteJournal(file, 1);
        journal.close();
        expect(setAside).toBeNull();
      },
      startAndStay(file) {
        const { journal } = openSqliteJournal(file, 1);
        ends.push(() => journal.close());
      },
    },
  ],
  [
    'the server',
    {
      migrations: migrationsOf('sqlite'),
      start: (file) => openSqliteStore({ file }).close(),
      startAndStay(file) {
        const store = openSqliteStore({ file });
        ends.push(() => store.close());
      },
    },
  ],
];

describe.each(programs)(
  '%s, killed at any statement while it brings its database to its format',
  (_who, program) => {
    const { migrations, start, startAndStay } = program;
    test.each([0, ...formatsIn(migrations).slice(0, -1)])(
      'from format %i, is at the same end after the next start',
      async (format) => {
        const folder = folders.make();
        const file = path.join(folder, 'db');
        if (format > 0) makeFormat(file, migrations, format);
        const before = format > 0 ? contentsOf(file).tables : {};
        const states = statesDuring(file, () => startAndStay(file));
        const last = states.at(-1);
        expect(states.length).toBeGreaterThan(1);
        const outcomes = new Map<string, DatabaseContents>();
        for (const [index, state] of states.entries()) {
          const killed = path.join(folder, String(index), 'db');
          mkdirSync(path.dirname(killed));
          writeState(state, killed);
          await start(killed);
          outcomes.set(state.at, contentsOf(killed));
        }
        const end = outcomes.get(last?.at ?? '');
        for (const [at, outcome] of outcomes) expect([at, outcome]).toEqual([at, end]);
        for (const [name, { rows }] of Object.entries(before))
          expect(end?.tables[name]?.rows).toMatchObject(rows);
      },
    );
  },
);
