import { formatBytes } from '@tidesync/shared/format';
import type { Organisation, OrganisationMember } from '@tidesync/shared/wire/quotas';
import { organisationName } from '@tidesync/shared/wire/quotas';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { createOrganisation } from '../use-cases/organisations/create-organisation.ts';
import { deleteOrganisation } from '../use-cases/organisations/delete-organisation.ts';
import { listOrganisationMembers } from '../use-cases/organisations/list-organisation-members.ts';
import { listOrganisations } from '../use-cases/organisations/list-organisations.ts';
import { addMember, removeMember } from '../use-cases/organisations/set-membership.ts';
import { setOrganisationLimit } from '../use-cases/organisations/set-organisation-limit.ts';
import type { CliIo } from './cli-io.ts';
import type { JsonFlag, WithData } from './with-data.ts';
import { administrator, allPages, answer, dataOf, parseEmail, parseSize } from './with-data.ts';

/** `tidesync-server organisation …`: accounts that share a pool; works beside a running server. */
export function addOrganisationCommand(program: Command, io: CliIo): void {
  const organisation = program
    .command('organisation')
    .description('accounts that share a pool of storage, beside a running server too');
  const withData = dataOf(organisation, io);
  addPoolCommands(organisation, withData, io);
  addMemberCommands(organisation, withData, io);
}

function addPoolCommands(organisation: Command, withData: WithData, io: CliIo): void {
  const command = (verb: string, description: string) =>
    organisation.command(verb).description(description).option('--json', 'answer as JSON');
  command('create', 'make an organisation with a pool')
    .argument('<name>', 'its name', parseName)
    .argument('<size>', 'of the pool, for example 2TB', parseSize)
    .action(async (name: string, limitBytes: number, flags: JsonFlag) => {
      const made = await withData((ports) => createOrganisation(ports, administrator, { name, limitBytes }));
      answer({ io, flags }, made, [`Made "${name}" with a pool of ${formatBytes(limitBytes)}.`]);
    });
  command('list', 'list all organisations').action(async (flags: JsonFlag) => {
    const organisations = await withData((ports) =>
      allPages(
        (page) => listOrganisations(ports, administrator, page),
        (page) => page.organisations,
      ),
    );
    const none = organisations.length === 0 ? ['There are no organisations yet.'] : [];
    answer({ io, flags }, { organisations }, [...none, ...organisations.map(poolLine)]);
  });
  command('limit', 'set the size of a pool')
    .argument('<name>', 'which organisation', parseName)
    .argument('<size>', 'of the pool, for example 2TB', parseSize)
    .action(async (name: string, limitBytes: number, flags: JsonFlag) => {
      const set = await withData((ports) => setOrganisationLimit(ports, administrator, { name, limitBytes }));
      answer({ io, flags }, set, [
        `The members of "${name}" may store ${formatBytes(limitBytes)} together now.`,
      ]);
    });
  command('delete', 'remove an organisation that has no members')
    .argument('<name>', 'which organisation', parseName)
    .action(async (name: string, flags: JsonFlag) => {
      await withData((ports) => deleteOrganisation(ports, administrator, { name }));
      answer({ io, flags }, { name }, [`"${name}" is gone.`]);
    });
}

function addMemberCommands(organisation: Command, withData: WithData, io: CliIo): void {
  const command = (verb: string, description: string) =>
    organisation
      .command(verb)
      .description(description)
      .option('--json', 'answer as JSON')
      .argument('<name>', 'which organisation', parseName);
  command('members', 'list the members of an organisation').action(async (name: string, flags: JsonFlag) => {
    const members = await withData((ports) =>
      allPages(
        (page) => listOrganisationMembers(ports, administrator, { name, ...page }),
        (page) => page.members,
      ),
    );
    const none = members.length === 0 ? [`"${name}" has no members yet.`] : [];
    answer({ io, flags }, { name, members }, [...none, ...members.map(memberLine)]);
  });
  command('add', 'let an account share the pool; from another organisation it moves')
    .argument('<email>', 'whom', parseEmail)
    .action(async (name: string, email: string, flags: JsonFlag) => {
      await withData((ports) => addMember(ports, administrator, { name, email }));
      answer({ io, flags }, { name, email }, [`${email} shares the pool of "${name}" now.`]);
    });
  command('remove', 'let an account have its own limit alone')
    .argument('<email>', 'whom', parseEmail)
    .action(async (name: string, email: string, flags: JsonFlag) => {
      await withData((ports) => removeMember(ports, administrator, { name, email }));
      answer({ io, flags }, { name, email }, [`${email} has left "${name}".`]);
    });
}

function parseName(text: string): string {
  const parsed = organisationName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It cannot be used as a name.');
}

function poolLine({ name, members, limitBytes, usedBytes, reservedBytes }: Organisation): string {
  const room = `${formatBytes(usedBytes)} of ${formatBytes(limitBytes)} used, ${formatBytes(reservedBytes)} reserved`;
  return `${name}  ${room}  (${members} ${members === 1 ? 'member' : 'members'})`;
}

function memberLine({ email, quota, sliceBytes }: OrganisationMember): string {
  const { usedBytes, limitBytes, reservedBytes } = quota;
  const room = `${formatBytes(usedBytes)} of ${formatBytes(limitBytes)} used, ${formatBytes(reservedBytes)} reserved`;
  return `${email}  ${room}, ${formatBytes(sliceBytes)} of the pool`;
}
