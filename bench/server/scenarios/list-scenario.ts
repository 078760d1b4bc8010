import { randomUUID } from 'node:crypto';
import type { EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import { connectDevice } from '../clients/connected-device.ts';
import type { Uploaded } from '../clients/upload-task.ts';
import { check, number, spanSeconds, times } from '../figures.ts';
import { measure } from '../world/measure.ts';
import type { Scenario } from './scenario.ts';
import type { Owner } from './transfers.ts';
import { filesOf, ownersWithFile } from './transfers.ts';

const SMALL_BYTES = 1_000;

export const listScenario: Scenario = {
  name: 'list',
  title: ({ listers, documentsEach, documentsPerPage }) =>
    `${listers} users listing ${documentsEach} documents each, ${documentsPerPage} a page`,
  async run(world, { listers, documentsEach, documentsPerPage }) {
    const owners = await ownersWithFile(world, listers, SMALL_BYTES);
    const inputs = owners.map(({ input }) => input);
    const sent = filesOf(await (await world.clients.prepare('upload', inputs)).go());
    for (const [n, owner] of owners.entries()) {
      await addDocuments(owner, { like: sent[n] as Uploaded, count: documentsEach - 1 });
    }
    const orders = inputs.map(({ device, libraryId }) => ({
      device,
      libraryId,
      entriesPerPage: documentsPerPage,
    }));
    const prepared = await world.clients.prepare('list', orders);
    const { value: outputs, ...measured } = await measure(world, () => prepared.go());
    const pages = outputs.flatMap(({ pageMs }) => pageMs);
    const short = outputs.filter(({ entries }) => entries !== documentsEach).length;
    return {
      figures: [
        number('pages', pages.length / spanSeconds(outputs), '/s'),
        times('a page', pages),
        times(
          'a whole listing',
          outputs.map(({ beganMs, endedMs }) => endedMs - beganMs),
        ),
      ],
      checks: [
        check('every document of every user was listed once', short === 0, `${short} listings were wrong`),
      ],
      measured,
      units: { what: 'page', count: pages.length },
      contentBytes: 0,
    };
  },
};

interface Documents {
  readonly like: Uploaded;
  readonly count: number;
}

/** More files with the content of one that is there. */
async function addDocuments({ input }: Owner, { like, count }: Documents): Promise<void> {
  const { server } = connectDevice(input.device);
  for (let made = 0; made < count; made += limits.opsPerCommitMax) {
    const some = Math.min(limits.opsPerCommitMax, count - made);
    const ops = Array.from({ length: some }, (_, n) =>
      document(input.libraryId, `document ${made + n}.txt`, like),
    );
    await server.commit({ libraryId: input.libraryId, opId: randomUUID() as OpId, ops });
  }
}

function document(libraryId: LibraryId, name: string, { contentId }: Uploaded): Op {
  return {
    op: 'create',
    entryId: randomUUID() as EntryId,
    parentId: topFolderOf(libraryId),
    name: name as EntryName,
    mtimeMs: 1,
    body: { kind: 'file', contentId, executable: false },
  };
}
