import type { SettingName } from './setting-table.ts';
import { settingTable } from './setting-table.ts';

/** Texts from one place; earlier places win over later ones. */
export interface SettingSource {
  readonly where: 'flags' | 'environment' | '.env';
  /** Of flags by setting names. */
  readonly texts: Readonly<Record<string, string | undefined>>;
}

/** A setting as it was given: its text, and the name under which people wrote it. */
export interface Given {
  readonly text: string;
  readonly as: string;
}
/** What is wrong with a setting, as the second half of a sentence that begins with the name. */
export interface SettingFault {
  readonly name: string;
  readonly detail: string;
}
export interface Gathered {
  readonly given: ReadonlyMap<SettingName, Given>;
  readonly faults: readonly SettingFault[];
  readonly warnings: readonly SettingFault[];
}

/** The text of a file that holds a secret; throws if there is none. */
export type ReadSecretFile = (path: string) => string;

const SECRET_CHARS_MAX = 4_096;

/**
 * Finds every setting in its first source, there under its own name before its older ones, and from a file where
 * `NAME_FILE` names one. An empty text counts as unset, as it does in compose files.
 */
export function gatherSettings(sources: readonly SettingSource[], readSecret: ReadSecretFile): Gathered {
  const given = new Map<SettingName, Given>();
  const faults: SettingFault[] = [];
  const warnings: SettingFault[] = [];
  for (const setting of settingTable) {
    for (const source of sources) {
      const found = findIn(source, setting, { readSecret, faults, warnings });
      if (found === null) continue;
      given.set(setting.name, found);
      break;
    }
  }
  return { given, faults, warnings };
}

interface Finding {
  readonly readSecret: ReadSecretFile;
  readonly faults: SettingFault[];
  readonly warnings: SettingFault[];
}
type Row = (typeof settingTable)[number];

function findIn(source: SettingSource, setting: Row, finding: Finding): Given | null {
  if (source.where === 'flags') return fromFlag(source, setting, finding);
  for (const name of [setting.name, ...setting.aliases]) {
    const text = textOf(source, name);
    const file = setting.secret ? textOf(source, `${name}_FILE`) : null;
    if (text !== null && file !== null) {
      finding.faults.push({ name, detail: `is set, and so is ${name}_FILE: leave one of them out` });
    }
    if (text !== null && isServiceLink(text) && name.endsWith('_PORT')) {
      const detail = 'is an address that Kubernetes sets for a service of that name; it is passed over';
      finding.warnings.push({ name, detail });
      continue;
    }
    if (text !== null) return { text, as: name };
    if (file !== null) return fromFile(`${name}_FILE`, file, finding);
  }
  return null;
}

function textOf({ texts }: SettingSource, name: string): string | null {
  const text = texts[name]?.trim() ?? '';
  return text === '' ? null : text;
}

/** Kubernetes gives every pod `NAME_PORT=tcp://10.0.0.1:80` for each service. */
const isServiceLink = (text: string) => /^(tcp|udp|sctp):\/\//.test(text);

function fromFlag(source: SettingSource, setting: Row, { faults }: Finding): Given | null {
  const text = textOf(source, setting.name);
  if (text === null || setting.flag === null) return null;
  const [as = ''] = setting.flag.form.split(' ');
  if (setting.secret && /\/\/[^/]*:[^/]*@/.test(text)) {
    const detail =
      'holds a password, which every user of this machine can see in the list of processes: ' +
      `put it into ${setting.name}, or into a file that ${setting.name}_FILE names`;
    faults.push({ name: as, detail });
  }
  return { text, as };
}

function fromFile(name: string, path: string, { readSecret, faults }: Finding): Given | null {
  let text: string;
  try {
    text = readSecret(path).trim();
  } catch {
    faults.push({ name, detail: `names ${path}, which cannot be read` });
    return null;
  }
  if (text !== '' && text.length <= SECRET_CHARS_MAX) return { text, as: name };
  const detail = `names ${path}, which is ${text === '' ? 'empty' : `longer than ${SECRET_CHARS_MAX} characters`}`;
  faults.push({ name, detail });
  return null;
}
