import type { AppState } from '@tidesync/shared/app-state';
import { appStateOf, workloadOf } from '@tidesync/shared/app-state';
import type { Formats } from '@tidesync/shared/human-format';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { DesktopWords } from './words.ts';

/** What everything together is doing: the title of the first page. */
export function headline(status: EngineStatus, words: DesktopWords, formats: Formats): string {
  const state: AppState = appStateOf(status);
  if (state === 'syncing') {
    const { items, leftBytes } = workloadOf(status);
    if (items === 0) return words('root.looking');
    return words('headline.syncing', {
      count: items,
      shown: formats.count(items),
      left: formats.bytes(leftBytes),
    });
  }
  const resting = status.roots.find(({ restsFor }) => restsFor !== null)?.restsFor ?? null;
  if (state === 'paused' && resting !== null) {
    return words(resting === 'battery' ? 'headline.onBattery' : 'headline.onMetered');
  }
  // A folder that was just added may not be in this status yet: without one nothing is "up to date".
  if (state === 'upToDate' && status.roots.length === 0) return words('headline.noFolder');
  return words(`headline.${state}`);
}
