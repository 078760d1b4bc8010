/** How a folder is, and why it is stopped: the windows and the tray say the same. */
export const rootEn = {
  halted: 'Stopped: it needs you',
  paused: 'Paused until you resume it',
  pausedUntil: 'Paused until {{time}}',
  onBattery: 'Paused on battery, until there is mains power',
  onMetered: 'Paused on a metered network, until there is another one',
  offline: 'Offline: the server does not answer',
  offlineWaiting_one: 'Offline: {{shown}} change waits',
  offlineWaiting_other: 'Offline: {{shown}} changes wait',
  looking: 'Looking for changes',
  syncing_one: 'Syncing {{shown}} item, {{left}} left',
  syncing_other: 'Syncing {{shown}} items, {{left}} left',
  attention_one: 'Synced but for {{shown}} file',
  attention_other: 'Synced but for {{shown}} files',
  rest: 'All else is synced',
  upToDate: 'Up to date',
  held_one: '{{shown}} delete waits for your yes.',
  held_other: '{{shown}} deletes wait for your yes.',
};

export const haltsEn = {
  rootMissing: {
    what: 'The folder {{path}} is gone or not mounted. Nothing is synced and nothing is deleted.',
    cure: 'Mount or restore it. If you moved it, say where it is now.',
  },
  rootReplaced: {
    what: 'The folder at {{path}} is not the one that was synced. Nothing is synced and nothing is deleted.',
    cure: 'Put the old folder back. To sync the one that is there now, stop syncing it and add it again.',
  },
  libraryGone: {
    what: 'The library “{{library}}” was deleted, or you are no member of it any more. Your files stay here.',
    cure: 'Ask its owner, or stop syncing the folder.',
  },
  noPermission: {
    what: 'The folder {{path}} itself cannot be read or written.',
    cure: 'Give your user permission for it; syncing then goes on by itself.',
  },
};
