import { formatBytes } from '@tidesync/shared/format';
import type { SettingFault } from '../settings/gather-settings.ts';
import type { Check, Finding } from './check.ts';
import { failed, ok, warning } from './check.ts';

const FREE_BYTES_LOW = 5_000_000_000;
const FREE_BYTES_NONE = 100_000_000;

export function settingsCheck(faults: readonly SettingFault[], warnings: readonly SettingFault[]): Check {
  return {
    name: 'settings',
    run: async () => [
      ...faults.map(({ name, detail }) =>
        failed(`${name} ${detail}.`, 'Correct it; the server does not start with it.'),
      ),
      ...warnings.map(({ name, detail }) => warning(`${name} ${detail}.`, '')),
      ...(faults.length === 0 ? [ok('All settings are understood.')] : []),
    ],
  };
}

interface FolderFacts {
  readonly exists: boolean;
  readonly unwritable: string | null;
  readonly freeBytes: number;
  readonly isOpenToOthers: boolean;
}

export function dataFolderCheck(dataDir: string, look: () => Promise<FolderFacts>): Check {
  return {
    name: 'data folder',
    run: async () => {
      const { exists, unwritable, freeBytes, isOpenToOthers } = await look();
      if (unwritable !== null) {
        return [
          failed(
            `${dataDir} cannot be written to (${unwritable}).`,
            'Run the server as the owner of the folder.',
          ),
        ];
      }
      const findings = [
        ok(exists ? `${dataDir} can be written to.` : `${dataDir} is made at the first start.`),
      ];
      if (isOpenToOthers) {
        findings.push(warning(`Others on this machine may look into ${dataDir}.`, `chmod -R go= ${dataDir}`));
      }
      return [...findings, freeRoom(freeBytes)];
    },
  };
}

function freeRoom(freeBytes: number): Finding {
  const says = `Its disk has ${formatBytes(freeBytes)} free.`;
  if (freeBytes < FREE_BYTES_NONE) return failed(says, 'Free space: uploads are refused on a full disk.');
  return freeBytes < FREE_BYTES_LOW ? warning(says, 'Plan for more space.') : ok(says);
}

interface ListenFacts {
  readonly url: string;
  readonly whyNoPort: () => Promise<string | null>;
  /** The Tidesync server that runs there already. */
  readonly running: () => Promise<{ readonly version: string } | null>;
}

export function addressCheck({ url, whyNoPort, running }: ListenFacts): Check {
  return {
    name: 'address',
    run: async () => {
      const why = await whyNoPort();
      if (why === null) return [ok(`${url} is free.`)];
      const server = await running();
      if (server !== null) return [ok(`A Tidesync server ${server.version} runs at ${url}.`)];
      const todo = 'Stop the program that has it, or choose another with TIDESYNC_HOST and TIDESYNC_PORT.';
      return [failed(`${url} cannot be listened on (${why}).`, todo)];
    },
  };
}

export function plainHttpCheck(host: string, isAccepted: boolean): Check {
  const what = `The server speaks plain HTTP on ${host}, which others can reach`;
  return {
    name: 'transport',
    run: async () => [
      isAccepted
        ? warning(
            `${what}.`,
            'Put a proxy with TLS in front, and let nobody reach the server but through it.',
          )
        : failed(`${what}, and that is not accepted.`, 'Listen on 127.0.0.1, or set TIDESYNC_INSECURE_HTTP.'),
    ],
  };
}

/** Something that has to take connections; `optional`: the server does without it. */
export function reachCheck(
  name: string,
  at: { readonly what: string; readonly optional: boolean; readonly todo: string },
  whyNot: () => Promise<string | null>,
): Check {
  return {
    name,
    run: async () => {
      const why = await whyNot();
      if (why === null) return [ok(`${at.what} answers.`)];
      return [(at.optional ? warning : failed)(`${at.what} does not answer (${why}).`, at.todo)];
    },
  };
}
