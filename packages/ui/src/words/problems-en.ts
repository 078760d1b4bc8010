/**
 * Problems as a window says them: what happened and why, then what cures it. The fields of a problem stand under their
 * own names. Reasons that are not here are shown in the words of the program that reports them.
 */
export const problemsEn = {
  things: { account: 'The account', library: 'The library', organisation: "The organisation's pool" },
  accountBusy: {
    what: 'The devices of this account send more to the server at once than it takes for one account.',
    cure: 'This is tried again by itself.',
  },
  accountMissing: { what: 'There is no account “{{account}}”.', cure: 'Check the spelling.' },
  accountSuspended: { what: 'This account is suspended.', cure: 'Ask the administrator of the server.' },
  accountTaken: {
    what: 'There is an account with the e-mail {{email}} already.',
    cure: 'Choose another one.',
  },
  adminOnly: { what: 'Only an administrator may do this.', cure: 'Ask the administrator of the server.' },
  alreadySetUp: { what: 'This is set up already.', cure: 'Nothing to do.' },
  alreadySignedIn: {
    what: 'This device is signed in already, as {{email}} on {{url}}.',
    cure: 'Sign out first.',
  },
  batchMissing: {
    what: 'What was to be decided has changed or is gone.',
    cure: 'Look at the list again.',
  },
  batchNotHeld: { what: 'This was sent already.', cure: 'Look at the list again.' },
  busy: {
    what: 'The server is busy with a change to the same library.',
    cure: 'This is tried again by itself.',
  },
  chunkMismatch: { what: 'Content did not arrive as it was sent.', cure: 'It is sent again by itself.' },
  chunksMissing: { what: 'Content is missing on the server.', cure: 'It is sent again by itself.' },
  commitTooLarge: { what: 'That is too much at once: {{opsMax}} changes at most.', cure: 'Do it in parts.' },
  conflictChanged: {
    what: '{{path}} or its other version has changed since it was shown, so nothing was done.',
    cure: 'Look at both as they are now.',
  },
  conflictMissing: { what: 'This conflict is settled, or gone.', cure: 'Look at the list again.' },
  conflictNotFiles: {
    what: 'Of the versions of {{path}} one is no file, so neither is taken away.',
    cure: 'Keep both, or rename or delete one yourself.',
  },
  conflictNotReady: {
    what: 'The versions of {{path}} are not both here and read yet.',
    cure: 'Try again when it is synced.',
  },
  conflictNotUndoable: {
    what: "The other version of {{path}} is not in this folder's trash any more.",
    cure: 'It cannot be brought back from here.',
  },
  cursorDiverged: {
    what: 'The server was restored from a backup.',
    cure: 'Folders are compared again; nothing is deleted.',
  },
  databaseUnavailable: {
    what: "The server's database does not answer.",
    cure: 'This is tried again by itself.',
  },
  deviceMissing: { what: 'There is no device “{{device}}”.', cure: 'Look at the list again.' },
  foreignOrigin: {
    what: 'Another web page asked this: {{origin}}',
    cure: "Open the console at the server's own address.",
  },
  contentGone: {
    what: 'The server has no whole copy of {{name}}.',
    cure: 'Send it again from a device that has it, or take an older version.',
  },
  fileUnreadable: {
    what: '{{name}} has changed or cannot be read any more.',
    cure: 'Choose it again.',
  },
  tooLargeHere: {
    what: '{{sizeBytes}} are more than this browser can keep in memory ({{limitBytes}}).',
    cure: 'Use a browser that saves to a file by itself, such as Chromium over HTTPS, or a device with Tidesync.',
  },
  deviceRevoked: { what: 'This device was removed from the account.', cure: 'Sign in again.' },
  engineBusy: {
    what: 'The Tidesync engine that works with {{path}} is busy and has not answered.',
    cure: 'Wait a little, then try again.',
  },
  engineDown: { what: 'The Tidesync engine is not running, so nothing is synced.', cure: 'Start it again.' },
  engineRunning: { what: 'Tidesync is running already with {{path}}.', cure: 'Use the one that runs.' },
  entryMissing: { what: 'There is no such file or folder: {{entry}}', cure: 'Look at the list again.' },
  fileTooLarge: {
    what: 'The file has {{sizeBytes}}; this server takes files up to {{limitBytes}}.',
    cure: 'Split the file, or ask the administrator of the server.',
  },
  fileTypeRefused: {
    what: 'This server takes no files like “{{name}}”, only names that end in {{allowed}}.',
    cure: 'Rename the file, or ask the administrator of the server.',
  },
  folderOverlaps: {
    what: '{{path}} and the synced folder {{other}} lie one inside the other.',
    cure: 'Choose a folder beside it.',
  },
  folderResting: { what: 'Nothing can be changed in {{path}} now: it is {{why}}.', cure: 'Resume it first.' },
  folderUnbound: { what: '{{path}} lies in no synced folder.', cure: 'Choose a synced folder.' },
  folderUnusable: { what: 'The folder {{path}} cannot be used: {{why}}.', cure: 'Choose another folder.' },
  homeInUse: {
    what: 'Another Tidesync program is working with {{path}}.',
    cure: 'Wait until it has finished, and try again.',
  },
  incompatible: {
    what: 'The server speaks protocol {{server}}, this program {{client}}.',
    cure: 'Update the older one of the two.',
  },
  internal: { what: 'Something went wrong inside Tidesync.', cure: 'Its log says more. Try again.' },
  keyringSilent: {
    what: 'This device’s token lies in the system keyring, which cannot be read now: {{detail}}.',
    cure: 'Unlock the keyring, then try again.',
  },
  fileExists: { what: '{{path}} is there already, and is not replaced.', cure: 'Name another file.' },
  notExcludable: {
    what: '{{path}} is the synced folder itself.',
    cure: 'Remove the folder to end its sync; its files stay.',
  },
  invalidInput: { what: 'This was not understood: {{detail}}.', cure: 'Correct it and try again.' },
  invalidName: { what: '“{{name}}” cannot be used as a name.', cure: 'Choose another one.' },
  lastOwner: { what: 'A library needs an owner.', cure: 'Make someone else the owner first.' },
  libraryMissing: { what: 'There is no library “{{library}}” that you may use.', cure: 'Ask its owner.' },
  libraryNameTaken: { what: 'You have a library “{{library}}” already.', cure: 'Choose another name.' },
  newOwnerFull: {
    what: 'The account {{email}} has not enough free quota to take over this library.',
    cure: 'Ask the administrator for more.',
  },
  notAllowed: { what: 'This takes the role “{{needed}}”.', cure: 'Ask the owner of the library.' },
  notDamaged: { what: '{{path}} is not known to be damaged, or has changed since.', cure: 'Look again.' },
  notInOrganisation: {
    what: 'The account {{email}} is not in the organisation “{{organisation}}”.',
    cure: 'Look at the list again.',
  },
  noTree: {
    what: 'The server tells of folders that lie in each other, which cannot be. Nothing is changed here.',
    cure: 'Ask the administrator of the server.',
  },
  noServices: {
    what: 'How services are started on {{platform}} is not known here.',
    cure: 'Start `tidesync serve` by your own means.',
  },
  notTidesync: { what: '{{url}} answers, but is no Tidesync server.', cure: 'Check the address.' },
  opIdReused: { what: 'This was sent before as something else.', cure: 'Try again.' },
  organisationMissing: {
    what: 'There is no organisation “{{organisation}}”.',
    cure: 'Look at the list again.',
  },
  organisationNotEmpty: {
    what: 'The organisation “{{organisation}}” has {{members}} members.',
    cure: 'Remove them first.',
  },
  organisationTaken: {
    what: 'There is an organisation “{{organisation}}” already.',
    cure: 'Choose another name.',
  },
  outcomeUnknown: {
    what: "The server's database was lost while it saved.",
    cure: 'Whether it was saved will show. Try again.',
  },
  ownDataFailed: {
    what: 'Tidesync cannot use its own data in {{path}} ({{detail}}).',
    cure: 'Check that the disk has room and may be written to. Files are safe, and syncing goes on then.',
  },
  packMissing: { what: 'Content did not arrive in the object store.', cure: 'It is sent again by itself.' },
  plainHttp: {
    what: '{{url}} is not encrypted: passwords and files could be read on the way.',
    cure: 'Use an address that begins with https.',
  },
  quotaExceeded: {
    what: '{{limit}} is full: {{usedBytes}} of {{limitBytes}} used, {{requestedBytes}} more wanted.',
    cure: 'Free space, or ask the administrator for a larger quota. Downloads go on.',
  },
  revisionMissing: { what: 'The content of a file is not on the server yet.', cure: 'It is sent again.' },
  serverDiskFull: {
    what: "The server's disk is full.",
    cure: 'Ask its administrator to free space. Sending is tried again by itself.',
  },
  signedOut: { what: 'This device is signed out.', cure: 'Sign in again.' },
  storeUnavailable: {
    what: "The server's object store does not answer ({{detail}}).",
    cure: 'This is tried again by itself.',
  },
  timedOut: { what: '{{what}} took too long.', cure: 'Try again.' },
  tooManyTries: { what: 'Too many tries.', cure: 'Wait {{retryAfterMs}}, then try again.' },
  unreachable: {
    what: 'The server {{url}} cannot be reached ({{detail}}).',
    cure: 'Check the address and your connection.',
  },
  uploadExpired: { what: 'The upload took too long and has expired.', cure: 'It starts again by itself.' },
  versionMissing: {
    what: 'The version {{version}} of {{entry}} is not kept any more.',
    cure: 'Look at the list again.',
  },
  weakPassword: { what: 'The password is too short.', cure: 'Use at least {{lengthMin}} characters.' },
  wrongCredentials: { what: 'E-mail or password is wrong.', cure: 'Check both and try again.' },
};
