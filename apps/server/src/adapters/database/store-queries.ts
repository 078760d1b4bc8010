import type { Writes } from '../../ports/store.ts';
import { accountQueries } from './account-queries.ts';
import { adminQueries } from './admin-queries.ts';
import { auditQueries } from './audit-queries.ts';
import { batchQueries } from './batch-queries.ts';
import type { Connection } from './connection.ts';
import { contentQueries } from './content-queries.ts';
import { deviceQueries } from './device-queries.ts';
import { garbageQueries } from './garbage-queries.ts';
import { healQueries } from './heal-queries.ts';
import { leaseQueries } from './lease-queries.ts';
import { libraryQueries } from './library-queries.ts';
import { organisationQueries } from './organisation-queries.ts';
import { recountQueries } from './recount-queries.ts';
import { settingQueries } from './setting-queries.ts';
import { transferQueries } from './transfer-queries.ts';
import { treeQueries } from './tree-queries.ts';
import { versionQueries } from './version-queries.ts';

/** Every query of the store, over one connection. */
export function queriesOn(connection: Connection): Writes {
  return {
    accounts: accountQueries(connection),
    devices: deviceQueries(connection),
    libraries: libraryQueries(connection),
    content: contentQueries(connection),
    tree: treeQueries(connection),
    batches: batchQueries(connection),
    versions: versionQueries(connection),
    organisations: organisationQueries(connection),
    recount: recountQueries(connection),
    audit: auditQueries(connection),
    settings: settingQueries(connection),
    admin: adminQueries(connection),
    garbage: garbageQueries(connection),
    heal: healQueries(connection),
    rows: transferQueries(connection),
    leases: leaseQueries(connection),
  };
}

type Verb = (...args: never[]) => Promise<unknown>;
type Groups = Record<string, Record<string, Verb>>;

/** The same groups of queries with each call going through `around`. */
export function wrapQueries(
  queries: Writes,
  around: (group: string, verb: string, run: Verb) => Verb,
): Writes {
  const groups = queries as unknown as Groups;
  const wrapped = Object.entries(groups).map(([group, verbs]) => [
    group,
    Object.fromEntries(Object.entries(verbs).map(([verb, run]) => [verb, around(group, verb, run)])),
  ]);
  return Object.fromEntries(wrapped) as unknown as Writes;
}

/** One query of a group by its names, as `wrapQueries` gives them. */
export function queryOf(queries: Writes, group: string, verb: string): Verb {
  return (queries as unknown as Groups)[group]?.[verb] as Verb;
}
