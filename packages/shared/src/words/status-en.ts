/** What is said about the whole of a device in one line: by `tidesync status`, the tray's tooltip and its menu. */
export const statusEn = {
  engineDown: 'The engine is not running, so nothing is synced now.',
  signedOut: {
    never: 'Not signed in.',
    logout: 'Signed out.',
    revoked: 'This device was removed from the account.',
    interrupted: 'The last sign-in was interrupted.',
    copied: 'This device was removed from the account: its sign-in was used elsewhere, too.',
  },
  quota: '{{used}} of {{limit}}',
  quotaFull: '{{quota}}: uploads wait, downloads go on.',
  offline: 'Offline.',
  looking: 'Looking for changes.',
  syncing_one: 'Syncing {{shown}} item, {{left}} left.',
  syncing_other: 'Syncing {{shown}} items, {{left}} left.',
  syncingFast_one: 'Syncing {{shown}} item, {{left}} left, {{speed}}.',
  syncingFast_other: 'Syncing {{shown}} items, {{left}} left, {{speed}}.',
  /** Behind what is moving, in a direction that has a speed limit. */
  limitedUp: 'Uploads are limited to {{up}}.',
  limitedDown: 'Downloads are limited to {{down}}.',
  limitedBoth: 'Uploads are limited to {{up}}, downloads to {{down}}.',
  noFolder: 'No folder is synced yet.',
  upToDate: 'Up to date.',
  /** The first of several folders that are stopped, and how many more are. */
  ofFolders_one: '{{library}}: {{sentence}} (and {{shown}} more folder)',
  ofFolders_other: '{{library}}: {{sentence}} (and {{shown}} more folders)',
  held_one: '{{shown}} delete waits for your yes',
  held_other: '{{shown}} deletes wait for your yes',
  problems_one: '{{shown}} path needs attention',
  problems_other: '{{shown}} paths need attention',
  conflicts_one: '{{shown}} conflict copy was kept',
  conflicts_other: '{{shown}} conflict copies were kept',
  /** Between several of the last three. */
  comma: ', ',
};
