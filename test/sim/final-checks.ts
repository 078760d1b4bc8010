import { nodeSha256 } from '@tidesync/engine/adapters/node-environment';
import { layout } from '@tidesync/engine/shell/layout';
import { invariants } from '@tidesync/server/doctor/invariants';
import { recountQuotas } from '@tidesync/server/use-cases/quotas/recount-quotas';
import { CHAIN_START, chainInput } from '@tidesync/shared/chain';
import type { Chain, DeviceId, LibraryId, OpId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import { OWN_FOLDER, TOP } from '@tidesync/shared/names';
import type { Change } from '@tidesync/shared/wire/entries';
import type { ChangesPage } from '@tidesync/shared/wire/sync';
import { shortened } from './disk-guards.ts';
import { filesOf } from './disk-texts.ts';
import { checkGarbage } from './garbage-checks.ts';
import { checkNoInvention } from './invention-checks.ts';
import type { Scenario } from './scenario.ts';
import type { ServerDatabase } from './server-database.ts';
import { contentIdFor, contentsInHistory } from './server-tree.ts';
import type { Acked, SimDevice } from './sim-device.ts';
import type { SimServer } from './sim-server.ts';
import type { Debt, ValueLedger } from './value-ledger.ts';
import { Violation } from './violation.ts';

export interface Ended {
  readonly server: SimServer;
  readonly devices: readonly SimDevice[];
  readonly ledger: ValueLedger;
  readonly scenario: Scenario;
  /** Answers to commits that reached their device, and were not undone by a restored backup since. */
  readonly acked: readonly Acked[];
  readonly libraries: readonly { readonly libraryId: LibraryId; readonly token: string }[];
}

/** What has to hold once everything is healed and at rest. Throws the first Violation. */
export async function checkAtEnd(ended: Ended): Promise<void> {
  await checkNothingLost(ended);
  await checkAsides(ended);
  for (const device of ended.devices) await checkNoInvention(device, ended.scenario);
  await checkAcked(ended);
  const { database } = ended.server;
  for (const { broken, query } of invariants) {
    const count = database.count(query);
    if (count > 0)
      throw new Violation(broken.includes('bytes') ? 'I16' : 'I11', `the server has ${count} ${broken}`);
  }
  for (const library of ended.libraries) await checkFeed(ended.server, library);
  checkObjects(ended.server);
  const collects = ended.scenario.faults.some((fault) => fault.kind === 'jobs' && fault.collects === true);
  // What is over has lost its content.
  if (!collects) checkRevisions(ended.server.database);
  await checkQuotas(ended.server);
  if (!collects) return;
  await checkGarbage(ended.server, ended.libraries);
  await checkQuotas(ended.server);
}

/** I1 and I3. */
async function checkNothingLost({ devices, ledger, server }: Ended): Promise<void> {
  const shown = new Map<string, string>();
  const kept = new Set<string>();
  const trashed = new Set<string>();
  for (const { disk, name } of devices) {
    for (const { path, text } of await filesOf(disk, TOP)) shown.set(text, `${name}:${path}`);
    for (const { text } of await filesOf(disk, OWN)) {
      kept.add(text);
      trashed.add(`trash of ${name} ${text}`);
    }
  }
  const history = contentsInHistory(server.database);
  const isKept = (text: string) => kept.has(text) || history.has(contentIdFor(text));
  const isOwing = ([text, debt]: readonly [string, Debt]) =>
    !shown.has(text) && !(debt === 'anywhere' && isKept(text)) && !trashed.has(`${debt} ${text}`);
  const lost = [...ledger.owed].find(isOwing);
  if (lost !== undefined) {
    const where = isKept(lost[0]) ? 'only in a trash or an old version' : 'nowhere';
    throw new Violation('I1', `${shortened(lost[0])} is ${where}, though nobody replaced or deleted it`);
  }
  for (const [text, where] of shown) {
    if (!ledger.isKnown(text))
      throw new Violation('I3', `${where} holds ${shortened(text)}, which nobody wrote`);
  }
}

/** What a step takes out of the way is back or in the trash when it ends, or before the next look at the disk. */
async function checkAsides({ devices }: Ended): Promise<void> {
  for (const { disk, name } of devices)
    for (const { path } of await filesOf(disk, layout.aside))
      throw new Violation('I5', `${name} has left ${path} aside`);
}

const OWN = OWN_FOLDER as string as RelPath;

/** I6 and I8: what was answered is answered again in the same way. */
async function checkAcked({ acked, server }: Ended): Promise<void> {
  for (const { token, input, output } of acked) {
    const again = await server.ask(token, 'sync.commit', JSON.parse(JSON.stringify(input)));
    if (JSON.stringify(again) !== JSON.stringify(output)) {
      throw new Violation(
        'I6',
        `commit ${input.opId} was answered ${JSON.stringify(output)}, now ${JSON.stringify(again)}`,
      );
    }
  }
  checkPoints(acked, server.database);
  const twice = server.database.count(
    'SELECT count(*) FROM (SELECT 1 FROM commits GROUP BY device_id, op_id HAVING count(*) > 1)',
  );
  if (twice > 0) throw new Violation('I8', `${twice} commits are in the history twice`);
}

/** I9: whoever knows another history than the server's, from before a restored backup, is told so and commits nothing. */
function checkPoints(acked: readonly Acked[], database: ServerDatabase): void {
  const rows = database.rows<{ point: string }>(
    "SELECT lower(hex(library_id)) || '.' || last_seq || '.' || lower(hex(chain)) AS point FROM commits",
  );
  const points = new Set(rows.map(({ point }) => point));
  for (const { input } of acked) {
    const [library = '', seq, chain] = (input.after ?? '').split('.');
    if (input.after === undefined || chain === CHAIN_START) continue;
    if (!points.has(`${library.replaceAll('-', '')}.${seq}.${chain}`))
      throw new Violation(
        'I9',
        `commit ${input.opId} was answered, though it follows what never was: ${input.after}`,
      );
  }
}

interface CommitRow {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly deviceId: string;
  readonly opId: string;
  readonly chain: string;
}
const COMMITS = `SELECT first_seq AS firstSeq, last_seq AS lastSeq, lower(hex(device_id)) AS deviceId,
  lower(hex(op_id)) AS opId, lower(hex(chain)) AS chain FROM commits WHERE lower(hex(library_id)) = ? ORDER BY first_seq`;

/** I11: no gap, and each commit's hash covers all before it. */
async function checkFeed(server: SimServer, { libraryId, token }: Ended['libraries'][number]): Promise<void> {
  const changes: Change[] = [];
  for (let cursor = `${libraryId}.0.${CHAIN_START}`; ; ) {
    const page: ChangesPage = await server.ask(token, 'changes.list', { libraryId, cursor });
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.more) break;
  }
  changes.forEach(({ seq, state }, index) => {
    if (seq !== index + 1) throw new Violation('I11', `change ${index + 1} of the history has seq ${seq}`);
    if (Math.max(state.contentSeq, state.placeSeq, state.attributesSeq) !== seq)
      throw new Violation('I9', `change ${seq} leaves all versions of ${state.name} as they were`);
  });
  let chain = CHAIN_START;
  let head = 0;
  for (const row of server.database.rows<CommitRow>(COMMITS, libraryId.replaceAll('-', ''))) {
    if (row.firstSeq !== head + 1)
      throw new Violation('I11', `a commit begins at ${row.firstSeq}, after ${head}`);
    const own = changes.slice(row.firstSeq - 1, row.lastSeq);
    const [deviceId, opId] = [uuidOf(row.deviceId) as DeviceId, uuidOf(row.opId) as OpId];
    const input = chainInput(chain, { libraryId, deviceId, opId, firstSeq: row.firstSeq, changes: own });
    chain = nodeSha256(input) as Chain;
    if (chain !== row.chain)
      throw new Violation('I11', `the chain at ${row.lastSeq} is not what its commits make`);
    head = row.lastSeq;
  }
  if (head !== changes.length)
    throw new Violation('I11', `the history ends at ${changes.length}, its commits at ${head}`);
}

function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

interface LocationRow {
  readonly chunkId: string;
  readonly key: string;
  readonly offset: number;
  readonly bytes: number;
}

/** I7: every chunk that is said to lie somewhere lies there, with the bytes of its name. */
function checkObjects({ database, objects }: SimServer): void {
  const rows = database.rows<LocationRow>(
    `SELECT lower(hex(l.chunk_id)) AS chunkId, CAST(p.object_key AS TEXT) AS key, l.offset AS offset, l.stored_bytes AS bytes
     FROM locations l JOIN packs p ON p.library_id = l.library_id AND p.pack_id = l.pack_id`,
  );
  for (const { chunkId, key, offset, bytes } of rows) {
    const object = objects.bytesAt(key);
    if (object === null)
      throw new Violation('I7', `chunk ${chunkId} is said to be in ${key}, which is not there`);
    if (nodeSha256(object.subarray(offset, offset + bytes)) !== chunkId)
      throw new Violation('I7', `chunk ${chunkId} has other bytes in ${key}`);
  }
}

interface RevisionRow {
  readonly contentId: string;
  readonly refs: Uint8Array;
}
const REF_BYTES = 36;

/** Every file of the history has a revision whose chunks have a place. */
function checkRevisions(database: ServerDatabase): void {
  const missing = database.count(
    `SELECT count(*) FROM changes c WHERE c.content_id IS NOT NULL AND NOT EXISTS
     (SELECT 1 FROM revisions r WHERE r.library_id = c.library_id AND r.content_id = c.content_id)`,
  );
  if (missing > 0) throw new Violation('I7', `${missing} changes name content that is not recorded`);
  const located = new Set(
    database
      .rows<{ id: string }>('SELECT DISTINCT lower(hex(chunk_id)) AS id FROM locations')
      .map(({ id }) => id),
  );
  const named = database.rows<RevisionRow>(
    `SELECT DISTINCT lower(hex(r.content_id)) AS contentId, r.refs AS refs FROM revisions r JOIN changes c
     ON c.library_id = r.library_id AND c.content_id = r.content_id WHERE r.depth = 0`,
  );
  for (const { contentId, refs } of named) {
    for (let at = 0; at < refs.length; at += REF_BYTES) {
      const id = Buffer.from(refs.subarray(at, at + 32)).toString('hex');
      if (!located.has(id))
        throw new Violation('I7', `content ${contentId} names chunk ${id}, which lies nowhere`);
    }
  }
}

/** I16. */
async function checkQuotas(server: SimServer): Promise<void> {
  const { drifts } = await recountQuotas(server.quietPorts(), { actor: 'server', dryRun: true });
  if (drifts.length > 0) throw new Violation('I16', `quotas have drifted: ${JSON.stringify(drifts)}`);
}
