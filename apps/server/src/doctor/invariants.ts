/** A law of the metadata, as a query that counts what breaks it. Queries run on SQLite and on TiDB. */
export interface Invariant {
  /** "3 …": what the counted things are. */
  readonly broken: string;
  readonly query: string;
  readonly todo: string;
}

const RESTORE =
  'Keep a copy of the database as it is, do not repair it by hand, and restore the newest backup in which this holds.';
const RECOUNT = 'Recount the quotas, which corrects them and says by how much.';

export const invariants: readonly Invariant[] = [
  {
    broken: 'libraries whose history has a gap',
    query:
      'SELECT count(*) AS n FROM libraries l WHERE l.head_seq <> ' +
      '(SELECT count(*) FROM changes c WHERE c.library_id = l.id AND c.seq BETWEEN 1 AND l.head_seq) ' +
      'OR EXISTS (SELECT 1 FROM changes c WHERE c.library_id = l.id AND c.seq > l.head_seq)',
    todo: RESTORE,
  },
  {
    broken: 'libraries whose chain does not end in their last commit',
    query:
      'SELECT count(*) AS n FROM libraries l WHERE l.head_seq > 0 AND NOT EXISTS (SELECT 1 FROM commits c ' +
      'WHERE c.library_id = l.id AND c.last_seq = l.head_seq AND c.chain = l.head_chain)',
    todo: RESTORE,
  },
  {
    broken: 'entries that are not as their last change left them',
    query:
      'SELECT count(*) AS n FROM entries e LEFT JOIN changes c ON c.library_id = e.library_id ' +
      'AND c.seq = e.last_seq AND c.entry_id = e.entry_id AND c.ended_seq IS NULL AND c.name = e.name ' +
      'AND c.parent_id = e.parent_id AND c.content_seq = e.content_seq WHERE c.seq IS NULL',
    todo: RESTORE,
  },
  {
    broken: 'live entries outside any live folder',
    query:
      'SELECT count(*) AS n FROM entries e LEFT JOIN entries p ON p.library_id = e.library_id ' +
      "AND p.entry_id = e.parent_id AND p.deleted_seq IS NULL AND p.kind = 'folder' " +
      'WHERE e.deleted_seq IS NULL AND e.parent_id <> e.library_id AND p.entry_id IS NULL',
    todo: RESTORE,
  },
  {
    broken: 'files whose content is not recorded',
    query:
      'SELECT count(*) AS n FROM entries e LEFT JOIN revisions r ON r.library_id = e.library_id ' +
      "AND r.content_id = e.content_id WHERE e.kind = 'file' AND e.deleted_seq IS NULL AND r.content_id IS NULL",
    todo: RESTORE,
  },
  {
    broken: 'chunks said to lie in packs that are not sealed',
    query:
      'SELECT count(*) AS n FROM locations l LEFT JOIN packs p ON p.library_id = l.library_id ' +
      "AND p.pack_id = l.pack_id AND p.state <> 'signed' WHERE p.pack_id IS NULL",
    todo: RESTORE,
  },
  {
    broken: 'libraries without an owner',
    query:
      'SELECT count(*) AS n FROM libraries l LEFT JOIN library_members m ON m.library_id = l.id ' +
      "AND m.account_id = l.owner_id AND m.role = 'owner' LEFT JOIN accounts a ON a.id = l.owner_id " +
      'WHERE l.deleted_at_ms IS NULL AND (m.account_id IS NULL OR a.id IS NULL)',
    todo: RESTORE,
  },
  {
    broken: 'accounts whose used bytes are not the sum of their libraries',
    query:
      'SELECT count(*) AS n FROM accounts a WHERE a.used_bytes <> ' +
      '(SELECT coalesce(sum(l.stored_bytes), 0) FROM libraries l WHERE l.owner_id = a.id)',
    todo: RECOUNT,
  },
  {
    broken: 'accounts whose reserved bytes are not the sum of their open uploads',
    query:
      'SELECT count(*) AS n FROM accounts a WHERE a.reserved_bytes <> ' +
      "(SELECT coalesce(sum(u.reserved_bytes), 0) FROM uploads u WHERE u.payer_id = a.id AND u.state = 'open')",
    todo: RECOUNT,
  },
];
