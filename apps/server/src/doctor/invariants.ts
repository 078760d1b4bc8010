/** A law of the metadata, as a query that counts what breaks it. Queries run on SQLite and on TiDB. */
export interface Invariant {
  /** "3 …": what the counted things are. */
  readonly broken: string;
  readonly query: string;
  readonly todo: string;
}

const RESTORE =
  'Keep a copy of the database as it is, do not repair it by hand, and restore the newest backup in which this holds.';
const RECOUNT = 'Run `tidesync-server quota recount`, which corrects them and says by how much.';

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
      "AND p.pack_id = l.pack_id AND p.state NOT IN ('signed', 'empty') WHERE p.pack_id IS NULL",
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
  {
    broken: 'libraries whose stored bytes are not the sum of what was charged for them',
    query:
      'SELECT count(*) AS n FROM libraries l WHERE l.stored_bytes <> ' +
      '(SELECT coalesce(sum(c.stored_bytes), 0) FROM locations c WHERE c.library_id = l.id AND c.charged = 1)',
    todo: RECOUNT,
  },
  {
    broken: 'libraries whose reserved bytes are not the sum of their open uploads',
    query:
      'SELECT count(*) AS n FROM libraries l WHERE l.reserved_bytes <> ' +
      "(SELECT coalesce(sum(u.reserved_bytes), 0) FROM uploads u WHERE u.library_id = l.id AND u.state = 'open')",
    todo: RECOUNT,
  },
  {
    broken: 'open uploads whose reserved bytes are not the sum of their chunks',
    query:
      "SELECT count(*) AS n FROM uploads u WHERE u.state = 'open' AND u.reserved_bytes <> " +
      '(SELECT coalesce(sum(c.reserved_bytes), 0) FROM upload_chunks c WHERE c.upload_id = u.id)',
    todo: RECOUNT,
  },
  {
    broken: 'organisations that have handed out other than what their members hold',
    query:
      'SELECT count(*) AS n FROM organisations o WHERE o.sliced_bytes <> ' +
      '(SELECT coalesce(sum(a.slice_bytes), 0) FROM accounts a WHERE a.organisation_id = o.id)',
    todo: RECOUNT,
  },
  {
    broken: 'members of organisations with a slice smaller than what they use',
    query:
      'SELECT count(*) AS n FROM accounts a WHERE a.organisation_id IS NOT NULL ' +
      'AND a.used_bytes + a.reserved_bytes > a.slice_bytes',
    todo: RECOUNT,
  },
];
