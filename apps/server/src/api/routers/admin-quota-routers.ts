import {
  adminMembersInput,
  adminMembersOutput,
  allLibrariesInput,
  allLibrariesOutput,
} from '@tidesync/shared/wire/admin';
import {
  adminLibrariesInput,
  adminLibrariesOutput,
  adminLibrary,
  auditListInput,
  auditListOutput,
  defaultQuota,
  defaultQuotaInput,
  libraryLimitInput,
  organisation,
  organisationCreateInput,
  organisationDeleteInput,
  organisationLimitInput,
  organisationMemberInput,
  organisationMembersInput,
  organisationMembersOutput,
  organisationsListInput,
  organisationsListOutput,
  quotaRecount,
  quotaRecountInput,
} from '@tidesync/shared/wire/quotas';
import { readDefaultQuota, setDefaultQuota } from '../../use-cases/admin/default-quota.ts';
import { listAllLibraries, listMembersOf } from '../../use-cases/admin/libraries-of-all.ts';
import { listLibrariesOf, setLibraryLimit } from '../../use-cases/admin/library-limits.ts';
import { listAudit } from '../../use-cases/audit/list-audit.ts';
import { createOrganisation } from '../../use-cases/organisations/create-organisation.ts';
import { deleteOrganisation } from '../../use-cases/organisations/delete-organisation.ts';
import { listOrganisationMembers } from '../../use-cases/organisations/list-organisation-members.ts';
import { listOrganisations } from '../../use-cases/organisations/list-organisations.ts';
import { addMember, removeMember } from '../../use-cases/organisations/set-membership.ts';
import { setOrganisationLimit } from '../../use-cases/organisations/set-organisation-limit.ts';
import { recountAsAdmin } from '../../use-cases/quotas/recount-as-admin.ts';
import { nothing } from '../nothing.ts';
import { adminProcedure, router } from '../trpc.ts';

export const organisationsRouter = router({
  list: adminProcedure
    .input(organisationsListInput)
    .output(organisationsListOutput)
    .query(({ ctx, input }) => listOrganisations(ctx.ports, ctx.caller, input)),
  create: adminProcedure
    .input(organisationCreateInput)
    .output(organisation)
    .mutation(({ ctx, input }) => createOrganisation(ctx.ports, ctx.caller, input)),
  setLimit: adminProcedure
    .input(organisationLimitInput)
    .output(organisation)
    .mutation(({ ctx, input }) => setOrganisationLimit(ctx.ports, ctx.caller, input)),
  members: adminProcedure
    .input(organisationMembersInput)
    .output(organisationMembersOutput)
    .query(({ ctx, input }) => listOrganisationMembers(ctx.ports, ctx.caller, input)),
  addMember: adminProcedure
    .input(organisationMemberInput)
    .output(nothing)
    .mutation(({ ctx, input }) => addMember(ctx.ports, ctx.caller, input)),
  removeMember: adminProcedure
    .input(organisationMemberInput)
    .output(nothing)
    .mutation(({ ctx, input }) => removeMember(ctx.ports, ctx.caller, input)),
  delete: adminProcedure
    .input(organisationDeleteInput)
    .output(nothing)
    .mutation(({ ctx, input }) => deleteOrganisation(ctx.ports, ctx.caller, input)),
});

export const librariesRouter = router({
  list: adminProcedure
    .input(adminLibrariesInput)
    .output(adminLibrariesOutput)
    .query(({ ctx, input }) => listLibrariesOf(ctx.ports, ctx.caller, input)),
  all: adminProcedure
    .input(allLibrariesInput)
    .output(allLibrariesOutput)
    .query(({ ctx, input }) => listAllLibraries(ctx.ports, ctx.caller, input)),
  members: adminProcedure
    .input(adminMembersInput)
    .output(adminMembersOutput)
    .query(({ ctx, input }) => listMembersOf(ctx.ports, ctx.caller, input)),
  setLimit: adminProcedure
    .input(libraryLimitInput)
    .output(adminLibrary)
    .mutation(({ ctx, input }) => setLibraryLimit(ctx.ports, ctx.caller, input)),
});

export const quotasRouter = router({
  default: adminProcedure.output(defaultQuota).query(({ ctx }) => readDefaultQuota(ctx.ports, ctx.caller)),
  setDefault: adminProcedure
    .input(defaultQuotaInput)
    .output(defaultQuota)
    .mutation(({ ctx, input }) => setDefaultQuota(ctx.ports, ctx.caller, input)),
  recount: adminProcedure
    .input(quotaRecountInput)
    .output(quotaRecount)
    .mutation(({ ctx, input }) => recountAsAdmin(ctx.ports, ctx.caller, input)),
});

export const auditRouter = router({
  list: adminProcedure
    .input(auditListInput)
    .output(auditListOutput)
    .query(({ ctx, input }) => listAudit(ctx.ports, ctx.caller, input)),
});
