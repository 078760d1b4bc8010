import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assert } from '@tidesync/shared/brand';

export interface Migration {
  readonly version: number;
  /** Of its file, which says what it is for. */
  readonly name: string;
  readonly statements: string;
}

/** The migrations of a folder: files `0001_what_it_is_for.sql`, numbered without a gap. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    assert(/^\d{4}_[a-z0-9_]+\.sql$/.test(name), `migration ${name} is named NNNN_for_its_intent.sql`);
    assert(Number(name.slice(0, 4)) === index + 1, `migration ${name} follows the one before`);
    return { version: index + 1, name, statements: readFileSync(path.join(folder, name), 'utf8') };
  });
}
