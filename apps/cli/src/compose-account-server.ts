import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi } from '@tidesync/engine/adapters/trpc-server';
import { contentServer } from '@tidesync/engine/shell/transfer/content-server';
import type { AccountServer } from './account-server.ts';
import { saveContent } from './compose-saved-content.ts';

/** The server over its tRPC face, signed in with a device's token. */
export function connectAccountServer(url: string, token: () => Promise<string>): AccountServer {
  const { call } = createServerApi({ url, token, clock: nodeClock, random: nodeRandom });
  return {
    whoami: () => call('auth.whoami'),
    quota: () => call('account.quota'),
    changePassword: (current, next) => call('account.changePassword', { current, next }),
    devices: async () => (await call('devices.list')).devices,
    revokeDevice: async (deviceId) => void (await call('devices.revoke', { deviceId })),
    libraries: async () => (await call('libraries.list')).libraries,
    renameLibrary: async (libraryId, name) => void (await call('libraries.rename', { libraryId, name })),
    deleteLibrary: async (libraryId) => void (await call('libraries.delete', { libraryId })),
    retention: (libraryId) => call('libraries.retention', { libraryId }),
    setRetention: (change) => call('libraries.setRetention', change),
    members: async (libraryId) => (await call('libraries.members.list', { libraryId })).members,
    setMember: async (libraryId, email, role) =>
      void (await call('libraries.members.set', { libraryId, email, role })),
    removeMember: async (libraryId, email) =>
      void (await call('libraries.members.remove', { libraryId, email })),
    trash: (libraryId, pageToken) => call('trash.list', { libraryId, pageToken, limit: 500 }),
    search: (libraryId, text, pageToken) => call('tree.search', { libraryId, text, pageToken }),
    async saveContent(order) {
      const objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
      try {
        return await saveContent({ server: contentServer({ url, call }), objects }, order);
      } finally {
        objects.close();
      }
    },
    batches: (libraryId, beforeSeq) => call('batches.list', { libraryId, beforeSeq, limit: 100 }),
    batch: (libraryId, firstSeq, afterSeq) => call('batches.show', { libraryId, firstSeq, afterSeq }),
    undoBatch: (libraryId, firstSeq, beforeSeq) => call('batches.undo', { libraryId, firstSeq, beforeSeq }),
    restore: (libraryId, opId, entryIds) =>
      call('trash.restore', { libraryId, opId, entryIds: [...entryIds] }),
  };
}
