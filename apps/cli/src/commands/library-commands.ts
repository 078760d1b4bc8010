import type { Library, Role } from '@tidesync/shared/wire/people';
import { email, libraryName, role } from '@tidesync/shared/wire/people';
import type { Command } from 'commander';
import { Argument } from 'commander';
import type { AccountServer } from '../account-server.ts';
import type { CliContext, CommandHost } from '../cli-context.ts';
import { UsageError } from '../exit-codes.ts';
import { chooseLibrary, shownLibrary } from '../library-choice.ts';
import { table } from '../table.ts';
import { addLibraryRetention } from './library-retention-command.ts';

const NAME_HELP = 'name of an own library, or OWNER/NAME';

export function addLibraryCommands(program: Command, host: CommandHost): void {
  const library = program.command('library').description('libraries on the server');
  library
    .command('list')
    .description('list the libraries that this account may use')
    .action((_options, command: Command) => host.run(command, list));
  library
    .command('rename')
    .description('give a library another name; folders stay bound to it')
    .argument('<library>', NAME_HELP)
    .argument('<name>', 'the new name')
    .action((...[reference, name, , command]: [string, string, object, Command]) =>
      host.run(command, (context) => rename(context, reference, name)),
    );
  library
    .command('delete')
    .description('delete a library from the server for everyone; local files stay')
    .argument('<library>', NAME_HELP)
    .option('--yes', 'really do it')
    .action((reference: string, options: { yes?: boolean }, command: Command) =>
      host.run(command, (context) => remove(context, reference, options.yes === true)),
    );
  addMembers(library, host);
  addLibraryRetention(library, host);
}

function addMembers(library: Command, host: CommandHost): void {
  const members = library.command('members').description('who may use a library');
  members
    .command('list', { isDefault: true })
    .description('list members and their roles')
    .argument('<library>', NAME_HELP)
    .action((reference: string, _options, command: Command) =>
      host.run(command, (context) => listMembers(context, reference)),
    );
  members
    .command('set')
    .description('let someone use the library; "owner" hands it over')
    .argument('<library>', NAME_HELP)
    .argument('<email>', 'e-mail of an account on the same server')
    .addArgument(new Argument('<role>', 'what they may do').choices(role.options))
    .action((...[reference, person, given, , command]: [string, string, Role, object, Command]) =>
      host.run(command, (context) => setMember(context, reference, { person, role: given })),
    );
  members
    .command('remove')
    .description('end a membership; the files stay on their devices')
    .argument('<library>', NAME_HELP)
    .argument('<email>', 'e-mail of the member')
    .action((...[reference, person, , command]: [string, string, object, Command]) =>
      host.run(command, (context) => removeMember(context, reference, person)),
    );
}

function withLibrary<T>(
  context: CliContext,
  reference: string,
  work: (server: AccountServer, library: Library) => Promise<T>,
): Promise<T> {
  return context.access.useServer(async (server) =>
    work(server, chooseLibrary(await server.libraries(), reference)),
  );
}

async function list(context: CliContext): Promise<undefined> {
  const libraries = await context.access.useServer((server) => server.libraries());
  const rows = libraries.map((library) => [
    library.role === 'owner' ? library.name : shownLibrary(library),
    library.role,
    library.libraryId,
  ]);
  const none = 'No library yet. `tidesync folder add PATH --library NAME` makes one.';
  context.out.result({ libraries }, rows.length === 0 ? [none] : table(rows));
  return undefined;
}

async function rename(context: CliContext, reference: string, name: string): Promise<undefined> {
  const next = libraryName.safeParse(name);
  if (!next.success) throw new UsageError(`"${name}" cannot be the name of a library.`);
  const library = await withLibrary(context, reference, async (server, library) => {
    await server.renameLibrary(library.libraryId, next.data);
    return library;
  });
  context.out.result({ libraryId: library.libraryId, name: next.data }, [
    `"${library.name}" is now "${next.data}".`,
  ]);
  return undefined;
}

async function remove(context: CliContext, reference: string, sure: boolean): Promise<undefined> {
  if (!sure) {
    throw new UsageError(
      `This deletes "${reference}" from the server with its history and trash, for all its members. ` +
        'Files on devices stay. Add --yes to do it.',
    );
  }
  const library = await withLibrary(context, reference, async (server, library) => {
    await server.deleteLibrary(library.libraryId);
    return library;
  });
  context.out.result({ deleted: { libraryId: library.libraryId, name: library.name } }, [
    `"${library.name}" is deleted from the server. Files on devices stay.`,
  ]);
  return undefined;
}

async function listMembers(context: CliContext, reference: string): Promise<undefined> {
  const members = await withLibrary(context, reference, (server, library) =>
    server.members(library.libraryId),
  );
  context.out.result({ members }, table(members.map((member) => [member.email, member.role])));
  return undefined;
}

async function setMember(
  context: CliContext,
  reference: string,
  given: { person: string; role: Role },
): Promise<undefined> {
  const person = parsePerson(given.person);
  const library = await withLibrary(context, reference, async (server, library) => {
    await server.setMember(library.libraryId, person, given.role);
    return library;
  });
  context.out.result({ libraryId: library.libraryId, email: person, role: given.role }, [
    `${person} is now ${given.role} of "${library.name}".`,
  ]);
  return undefined;
}

async function removeMember(context: CliContext, reference: string, text: string): Promise<undefined> {
  const person = parsePerson(text);
  const library = await withLibrary(context, reference, async (server, library) => {
    await server.removeMember(library.libraryId, person);
    return library;
  });
  context.out.result({ libraryId: library.libraryId, email: person, removed: true }, [
    `${person} is no member of "${library.name}" any more. Files on their devices stay.`,
  ]);
  return undefined;
}

function parsePerson(text: string): string {
  const person = email.safeParse(text);
  if (!person.success) throw new UsageError(`"${text}" is no e-mail address.`);
  return person.data;
}
