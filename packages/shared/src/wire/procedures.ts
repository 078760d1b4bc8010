import { z } from 'zod';
import * as admin from './admin.ts';
import * as batches from './batches.ts';
import * as content from './content.ts';
import * as people from './people.ts';
import * as quotas from './quotas.ts';
import * as retention from './retention.ts';
import * as sync from './sync.ts';

interface Procedure<I extends z.ZodType, O extends z.ZodType> {
  readonly kind: 'query' | 'mutation';
  readonly input: I;
  readonly output: O;
}
const query = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Procedure<I, O> => ({
  kind: 'query',
  input,
  output,
});
const mutation = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Procedure<I, O> => ({
  kind: 'mutation',
  input,
  output,
});
const nothing = z.void();

/** What the server can be asked, by the paths of its router, with the schemas that every answer has to pass. */
export const procedures = {
  'auth.login': mutation(people.loginInput, people.loginOutput),
  'auth.openSession': mutation(people.sessionOpenInput, people.sessionOpenOutput),
  'auth.logout': mutation(nothing, nothing),
  'auth.whoami': query(nothing, people.whoamiOutput),
  'account.quota': query(nothing, quotas.accountQuota),
  'account.changePassword': mutation(people.changePasswordInput, people.changePasswordOutput),
  'devices.list': query(nothing, people.devicesListOutput),
  'devices.revoke': mutation(people.deviceRevokeInput, nothing),
  'devices.rotate': mutation(people.tokenRotateInput, nothing),
  'libraries.list': query(nothing, people.librariesListOutput),
  'libraries.create': mutation(people.libraryCreateInput, people.library),
  'libraries.rename': mutation(people.libraryRenameInput, nothing),
  'libraries.delete': mutation(people.libraryInput, nothing),
  'libraries.members.list': query(people.libraryInput, people.membersListOutput),
  'libraries.members.set': mutation(people.memberSetInput, nothing),
  'libraries.members.remove': mutation(people.memberRemoveInput, nothing),
  'uploads.begin': mutation(content.uploadBeginInput, content.uploadBeginOutput),
  'uploads.missing': mutation(content.uploadMissingInput, content.uploadMissingOutput),
  'uploads.sign': mutation(content.uploadSignInput, content.uploadSignOutput),
  'uploads.seal': mutation(content.uploadSealInput, content.uploadSealOutput),
  'uploads.stage': mutation(content.uploadStageInput, content.uploadStageOutput),
  'uploads.wanted': query(content.wantedInput, content.wantedOutput),
  'sync.commit': mutation(sync.commitInput, sync.commitOutput),
  'sync.lookup': query(sync.commitLookupInput, sync.commitLookupOutput),
  'changes.list': query(sync.changesListInput, sync.changesListOutput),
  'tree.list': query(sync.treeListInput, sync.treeListOutput),
  'tree.folder': query(sync.treeFolderInput, sync.treeFolderOutput),
  'tree.search': query(sync.treeSearchInput, sync.treeSearchOutput),
  'downloads.revisions': query(content.revisionsInput, content.revisionsOutput),
  'downloads.locate': query(content.locateInput, content.locateOutput),
  'downloads.sign': query(content.downloadSignInput, content.downloadSignOutput),
  'downloads.suspect': mutation(content.suspectInput, nothing),
  'trash.list': query(sync.trashListInput, sync.trashListOutput),
  'trash.restore': mutation(sync.trashRestoreInput, sync.trashRestoreOutput),
  'versions.list': query(retention.versionsListInput, retention.versionsListOutput),
  'versions.restore': mutation(retention.versionsRestoreInput, retention.versionsRestoreOutput),
  'libraries.retention': query(people.libraryInput, retention.libraryRetention),
  'libraries.setRetention': mutation(retention.setRetentionInput, retention.libraryRetention),
  'batches.list': query(batches.batchesListInput, batches.batchesListOutput),
  'batches.show': query(batches.batchesShowInput, batches.batchesShowOutput),
  'batches.undo': mutation(batches.batchesUndoInput, batches.batchesUndoOutput),
  'admin.users.list': query(people.usersListInput, people.usersListOutput),
  'admin.users.create': mutation(people.userCreateInput, people.adminUser),
  'admin.users.suspend': mutation(people.userSuspendInput, people.adminUser),
  'admin.users.setQuota': mutation(people.userQuotaInput, people.adminUser),
  'admin.libraries.list': query(quotas.adminLibrariesInput, quotas.adminLibrariesOutput),
  'admin.libraries.setLimit': mutation(quotas.libraryLimitInput, quotas.adminLibrary),
  'admin.quotas.default': query(nothing, quotas.defaultQuota),
  'admin.quotas.setDefault': mutation(quotas.defaultQuotaInput, quotas.defaultQuota),
  'admin.audit.list': query(quotas.auditListInput, quotas.auditListOutput),
  'admin.users.setQuotas': mutation(admin.userQuotasInput, admin.userQuotasOutput),
  'admin.users.show': query(admin.userShowInput, admin.userShowOutput),
  'admin.overview': query(admin.overviewInput, admin.overviewOutput),
  'admin.devices.list': query(admin.adminDevicesInput, admin.adminDevicesOutput),
  'admin.devices.revoke': mutation(admin.adminDeviceRevokeInput, nothing),
  'admin.libraries.all': query(admin.allLibrariesInput, admin.allLibrariesOutput),
  'admin.libraries.members': query(admin.adminMembersInput, admin.adminMembersOutput),
  'admin.storage.show': query(nothing, admin.storageOutput),
  'admin.storage.collect': mutation(admin.collectInput, admin.collection),
} as const;

export type ProcedureName = keyof typeof procedures;
export type InputOf<P extends ProcedureName> = z.input<(typeof procedures)[P]['input']>;
export type OutputOf<P extends ProcedureName> = z.output<(typeof procedures)[P]['output']>;

/** Asks the server. Rejects with `Failure` and nothing else; every answer has passed its schema. */
export type ServerCall = <P extends ProcedureName>(
  name: P,
  ...input: InputOf<P> extends void ? [] : [input: InputOf<P>]
) => Promise<OutputOf<P>>;
