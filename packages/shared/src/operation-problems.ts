import { z } from 'zod';
import { define, text } from './problem-definition.ts';

/** Why a server does not start, or its data is not moved: for whoever runs it. */
export const operationProblems = {
  dataTooNew: define(
    'FAILED_PRECONDITION',
    { what: text, found: z.number(), known: z.number() },
    (p) =>
      `${p.what} was written by a newer Tidesync (format ${p.found}, this one knows ${p.known}). ` +
      'Update Tidesync; nothing was changed.',
  ),
  portTaken: define(
    'FAILED_PRECONDITION',
    { host: text, port: z.number() },
    (p) =>
      `Port ${p.port} on ${p.host} is taken by another program. Stop that program, or choose ` +
      'another port with --port.',
  ),
  addressUnusable: define(
    'FAILED_PRECONDITION',
    { host: text, port: z.number(), detail: text },
    (p) =>
      `The server cannot listen on ${p.host} port ${p.port} (${p.detail}). Choose another ` +
      'address with --host and --port.',
  ),
  metricsPortUnusable: define(
    'FAILED_PRECONDITION',
    { port: z.number(), detail: text },
    (p) =>
      `Metrics cannot be served on port ${p.port} (${p.detail}). Choose another port with METRICS_PORT, or ` +
      'leave it unset for no metrics.',
  ),
  insecureHttp: define(
    'FAILED_PRECONDITION',
    { host: text },
    (p) =>
      `Plain HTTP on ${p.host} lets others on the network read passwords and files. ` +
      'Put a TLS proxy in front of 127.0.0.1, or accept the risk with --insecure-http.',
  ),
  dataInUse: define(
    'FAILED_PRECONDITION',
    { path: text },
    (p) =>
      `Another Tidesync server is using the data folder ${p.path}. Stop it, or choose another ` +
      'folder with --data.',
  ),
  dataUnusable: define(
    'FAILED_PRECONDITION',
    { path: text, detail: text },
    (p) =>
      `The data folder ${p.path} cannot be used (${p.detail}). ` +
      'Check that it is a folder you may write to, or choose another with --data.',
  ),
  settingsInvalid: define(
    'INVALID_ARGUMENT',
    { settings: z.array(z.object({ name: text, detail: text })).max(100) },
    // One line each, because whoever corrects them goes through them one by one.
    (p) => p.settings.map(({ name, detail }) => `${name} ${detail}.`).join('\n'),
  ),
  databaseUrlWrong: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) => `The address of the database cannot be used: ${p.detail}. Check DATABASE_URL.`,
  ),
  exportFolderUnusable: define(
    'FAILED_PRECONDITION',
    { path: text, detail: text },
    (p) => `The export folder ${p.path} cannot be used: ${p.detail}.`,
  ),
  exportDamaged: define(
    'FAILED_PRECONDITION',
    { path: text, detail: text },
    (p) =>
      `${p.path} in the export is damaged: ${p.detail}. Take another copy of the export, or export again; ` +
      'what has arrived so far is not in use.',
  ),
  packsDamaged: define(
    'FAILED_PRECONDITION',
    { count: z.number().int(), first: text },
    (p) =>
      `${p.count} packs of the source are missing or have other bytes than they should, the first is ` +
      `${p.first}. Bring them back from a backup, or go on as they are with --accept-damaged.`,
  ),
  moveTargetInUse: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) => `The target holds other data already (${p.detail}). Name an empty database; nothing was changed.`,
  ),
  moveServerRunning: define(
    'FAILED_PRECONDITION',
    { which: text },
    (p) =>
      `A server is running on the ${p.which}. Stop every server on it, wait a minute, and run the same ` +
      'command again.',
  ),
  sourceChanged: define(
    'FAILED_PRECONDITION',
    { detail: text },
    (p) =>
      `The source was written to while it was copied (${p.detail}). Stop every server on it, empty the ` +
      'target database, and begin again; packs that have arrived are not sent again.',
  ),
  moveStopped: define(
    'ABORTED',
    {},
    () => 'Stopped. Nothing is lost: the same command goes on where this one was.',
  ),
  importHalfDone: define(
    'FAILED_PRECONDITION',
    {},
    () =>
      'An import into this database has not finished, so it is not served. Run the same command again until ' +
      'it says that everything has moved.',
  ),
  libraryPresent: define(
    'ALREADY_EXISTS',
    { library: text },
    (p) => `This server has the library "${p.library}" already, or had it once. It cannot be imported again.`,
  ),
} as const;
