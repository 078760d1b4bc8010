import {
  librariesListOutput,
  library,
  libraryCreateInput,
  libraryInput,
  libraryRenameInput,
  memberRemoveInput,
  memberSetInput,
  membersListOutput,
} from '@tidesync/shared/wire/people';
import { libraryRetention, setRetentionInput } from '@tidesync/shared/wire/retention';
import { createLibrary } from '../../use-cases/libraries/create-library.ts';
import { deleteLibrary } from '../../use-cases/libraries/delete-library.ts';
import { readRetention, setRetention } from '../../use-cases/libraries/library-retention.ts';
import { listLibraries } from '../../use-cases/libraries/list-libraries.ts';
import { listMembers } from '../../use-cases/libraries/list-members.ts';
import { removeMember } from '../../use-cases/libraries/remove-member.ts';
import { renameLibrary } from '../../use-cases/libraries/rename-library.ts';
import { setMember } from '../../use-cases/libraries/set-member.ts';
import { nothing } from '../nothing.ts';
import { procedure, router } from '../trpc.ts';

const membersRouter = router({
  list: procedure
    .input(libraryInput)
    .output(membersListOutput)
    .query(({ ctx, input }) => listMembers(ctx.ports, ctx.caller, input)),
  set: procedure
    .input(memberSetInput)
    .output(nothing)
    .mutation(({ ctx, input }) => setMember(ctx.ports, ctx.caller, input)),
  remove: procedure
    .input(memberRemoveInput)
    .output(nothing)
    .mutation(({ ctx, input }) => removeMember(ctx.ports, ctx.caller, input)),
});

export const librariesRouter = router({
  list: procedure.output(librariesListOutput).query(({ ctx }) => listLibraries(ctx.ports, ctx.caller)),
  create: procedure
    .input(libraryCreateInput)
    .output(library)
    .mutation(({ ctx, input }) => createLibrary(ctx.ports, ctx.caller, input)),
  rename: procedure
    .input(libraryRenameInput)
    .output(nothing)
    .mutation(({ ctx, input }) => renameLibrary(ctx.ports, ctx.caller, input)),
  delete: procedure
    .input(libraryInput)
    .output(nothing)
    .mutation(({ ctx, input }) => deleteLibrary(ctx.ports, ctx.caller, input)),
  retention: procedure
    .input(libraryInput)
    .output(libraryRetention)
    .query(({ ctx, input }) => readRetention(ctx.ports, ctx.caller, input)),
  setRetention: procedure
    .input(setRetentionInput)
    .output(libraryRetention)
    .mutation(({ ctx, input }) => setRetention(ctx.ports, ctx.caller, input)),
  members: membersRouter,
});
