import { layout } from '@tidesync/engine/shell/layout';
import { OWN_FOLDER } from '@tidesync/shared/names';
import type { WhichCalls } from './scenario.ts';
import { isLook } from './sim-disk.ts';

/** Among which calls this one counts, beside all; `call` as it is named in `simDisk`. */
export function countsAmong(call: string): WhichCalls[] {
  if (!call.includes(OWN_FOLDER) || isLook(call)) return [];
  const isBack = call.startsWith(`link ${layout.aside}/`);
  const isPlace = !isBack && call.startsWith(`link ${OWN_FOLDER}/`);
  const among: readonly [WhichCalls, boolean][] = [
    ['own', true],
    ['aside', call.includes(layout.aside)],
    ['half', isOfMove.test(call)],
    ['old', call.startsWith(`unlink ${layout.aside}/`)],
    ['place', isPlace],
    ['back', isBack],
  ];
  return among.filter(([, counts]) => counts).map(([which]) => which);
}

/** What a move takes aside has the name of the entry and of the folder that it goes into. */
const isOfMove = /^rename .* → \.tidesync\/aside\/[^./]+\.[^./]+$/;
