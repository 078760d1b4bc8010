/** Why files are not synced, by the code of the cause: what is the matter, and what cures it. */
export const troublesEn = {
  changing: { title: 'Still being written', cure: 'Nothing to do: synced as soon as they stay unchanged.' },
  unreadable: {
    title: 'Cannot be read: permission is missing',
    cure: 'Give your user permission to read them; they are then synced by themselves.',
  },
  unwritable: {
    title: 'Cannot be written: permission is missing, or the disk is read-only',
    cure: 'Give your user permission to write there; they are then synced by themselves.',
  },
  ioError: {
    title: 'The disk failed while reading or writing',
    cure: 'Check the disk and its cable. This is tried again by itself.',
  },
  diskFull: {
    title: 'Does not fit on this disk',
    cure: 'Free space on this disk. The download is then tried again by itself.',
  },
  busy: {
    title: 'Held by another program',
    cure: 'Close the program that uses them. This is tried again by itself.',
  },
  tooManyOpen: {
    title: 'As many files are open as this system allows at once',
    cure: 'Close other programs, or raise the limit of open files for Tidesync. This is tried again by itself.',
  },
  specialFile: {
    title: 'A socket, pipe or device, which cannot be synced',
    cure: 'Nothing to do. A line in .tidesyncignore hides this message.',
  },
  notUnicode: {
    title: 'The name is no valid text, so other devices could not show it',
    cure: 'Rename it; it is then synced by itself.',
  },
  badName: {
    title: 'The name cannot be synced',
    cure: 'Rename it; it is then synced by itself.',
  },
  excludedName: {
    title: 'The name of a folder that is left out here',
    cure: 'Rename it, or take that folder in again: then the two are merged.',
  },
  nameClash: {
    title: 'This disk does not tell two names apart',
    cure: 'Rename one of the two, here or on another device.',
  },
  occupied: {
    title: 'Something that is not synced has that name here',
    cure: 'Rename or move what is there; the file from the server then comes by itself.',
  },
  tooDeep: { title: 'Lies too deep in folders', cure: 'Move it to a place with fewer folders above it.' },
  otherVolume: {
    title: 'Another disk is mounted inside the folder; it is left alone',
    cure: 'Add it as a folder of its own, or unmount it.',
  },
  readOnlyMember: {
    title: 'Changed here, but you may only view this library; the change stays on this device',
    cure: 'Ask the owner of the library for the role “editor”, or move your version elsewhere.',
  },
  tooLarge: {
    title: 'Larger than the server takes',
    cure: 'Split the file, or keep it out of the folder.',
  },
  typeRefused: {
    title: 'The server does not take files of this kind',
    cure: 'Keep them outside the folder, or ask the administrator of the server.',
  },
  damaged: {
    title: 'Holds other bytes than were synced, though nothing shows a change: it may be damaged',
    cure:
      'The version on the server is kept and this one is not sent. Look at the file, then take the server’s version ' +
      '(yours stays as a copy), or keep yours as the new version.',
  },
  contentMissing: {
    title: 'The server has no intact content for it',
    cure: 'A device that has the file sends it again by itself: let one run.',
  },
  refused: { title: 'Refused by the server', cure: 'This is tried again by itself.' },
};
