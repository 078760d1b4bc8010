import { formatBytes } from '@tidesync/shared/format';
import { limitWords, signedOutWords, signOfRoot, statusLine } from '@tidesync/shared/status-words';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import type { Quota } from '@tidesync/shared/wire/people';

/** A file is read, and nothing of it goes yet. */
const READING_SIGN = '→';

const IF_IT_WAS_NOT_YOU =
  'If you have neither copied this device nor put it back to an earlier state, change the password with ' +
  '`tidesync password` then, and look at `tidesync device list`.';

export function sessionLine(session: EngineStatus['session']): string {
  if (session.is === 'signedIn') {
    const where = `Signed in as ${session.email} on ${session.serverUrl} (this device: ${session.deviceName}).`;
    return session.online ? where : `${where} ${session.offlineSentence ?? 'Offline.'}`;
  }
  const cure = 'Sign in with `tidesync login URL --email E`.';
  const orElse = session.why === 'copied' ? ` ${IF_IT_WAS_NOT_YOU}` : '';
  return `${signedOutWords(session)} ${cure}${orElse}`;
}

export function quotaLine(quota: Quota): string {
  const free = Math.max(0, quota.limitBytes - quota.usedBytes - quota.reservedBytes);
  const used = `${formatBytes(quota.usedBytes)} of ${formatBytes(quota.limitBytes)} used`;
  const reserved = quota.reservedBytes > 0 ? `, ${formatBytes(quota.reservedBytes)} reserved` : '';
  return `${used}${reserved}, ${formatBytes(free)} free.`;
}

export function rootLines(root: RootStatus): string[] {
  const lines = [
    `${signOfRoot(root.state)} ${root.path}  (library "${root.libraryName}")`,
    `    ${root.sentence}`,
    ...(root.state === 'halted' ? ['    What helps is told by `tidesync problems`.'] : []),
  ];
  for (const transfer of root.transfers) {
    const arrow = transfer.direction === 'up' ? '↑' : '↓';
    lines.push(
      `    ${arrow} ${transfer.path}  ${formatBytes(transfer.doneBytes)} of ${formatBytes(transfer.totalBytes)}`,
    );
  }
  for (const { path, doneBytes, totalBytes } of root.readings) {
    lines.push(`    ${READING_SIGN} ${path}  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} read`);
  }
  return lines;
}

/** What is the matter with one path of a folder. */
export interface RootTrouble {
  readonly rootId: string;
  readonly sentence: string;
  readonly remedy: string;
}
const TROUBLES_SHOWN = 10;

function troubleLines(troubles: readonly RootTrouble[]): string[] {
  const lines = troubles
    .slice(0, TROUBLES_SHOWN)
    .flatMap(({ sentence, remedy }) => [`    - ${sentence}`, `      ${remedy}`]);
  const more = troubles.length - TROUBLES_SHOWN;
  return more > 0 ? [...lines, `    and ${more} more; \`tidesync status --json\` has them all.`] : lines;
}

const SECRET_PLACES: Record<EngineStatus['secretsIn'], string> = {
  keyring: "in the system's keyring",
  file: 'in a file that only you can read',
};

export function statusLines(status: EngineStatus, troubles: readonly RootTrouble[]): string[] {
  // Signed out or without folders, one of the lines below says it, with its cure.
  const lines = status.session.is === 'signedIn' && status.roots.length > 0 ? [statusLine(status)] : [];
  lines.push(sessionLine(status.session));
  if (status.session.is === 'signedIn') lines.push(`Token: ${SECRET_PLACES[status.secretsIn]}.`);
  if (status.quota !== null) lines.push(`Quota: ${quotaLine(status.quota)}`);
  const limited = limitWords(status.device);
  if (limited !== null) lines.push(`Speed: ${limited}`);
  if (status.roots.length === 0 && status.session.is === 'signedIn') {
    lines.push('No folder is synced yet. Add one with `tidesync folder add PATH --library NAME`.');
  }
  const folders = status.roots.flatMap((root) => [
    ...rootLines(root),
    ...troubleLines(troubles.filter((one) => one.rootId === root.rootId)),
  ]);
  return [...lines, ...folders];
}

/** While no engine runs: what is set up, but nothing of what was last seen as if it were so now. */
export function restingFolderLines(status: EngineStatus): string[] {
  return status.roots.map((root) => {
    const paused = root.state === 'paused' ? `, ${root.sentence}` : '';
    return `- ${root.path}  (library "${root.libraryName}")${paused}`;
  });
}

export function restingLines(status: EngineStatus): string[] {
  const folders = restingFolderLines(status);
  const down = 'The engine is not running, so nothing is synced now. Start it with `tidesync serve`.';
  return [sessionLine(status.session), ...folders, down];
}

/** Everything in one line, for a terminal that shows it over and over. */
export function progressLine(status: EngineStatus): string {
  if (status.session.is === 'signedOut') return sessionLine(status.session);
  return status.roots
    .map((root) => {
      return `${signOfRoot(root.state)} ${root.libraryName}: ${root.sentence}${firstMoving(root)}`;
    })
    .join('   ');
}

/** The first file that moves or, while none does, that is read. */
function firstMoving({ transfers, readings }: RootStatus): string {
  const [transfer] = transfers;
  const first = transfer ?? readings[0];
  if (first === undefined) return '';
  const moving = transfer?.direction === 'up' ? '↑' : '↓';
  const sign = transfer === undefined ? READING_SIGN : moving;
  return ` ${sign} ${first.path} ${percent(first.doneBytes, first.totalBytes)}`;
}

function percent(doneBytes: number, totalBytes: number): string {
  return totalBytes === 0 ? '' : `${Math.floor((100 * doneBytes) / totalBytes)} %`;
}
