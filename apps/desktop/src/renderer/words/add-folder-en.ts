/** Choosing a folder: the form, what is found out, and what may speak against it. */
export const addFolderEn = {
  add: {
    title: 'Add folder',
    folder: 'Folder on this computer',
    folderHint: 'One that is there, or a new one in a folder that is there.',
    browse: 'Choose…',
    choose: 'Choose a folder to sync',
    up: 'One folder up',
    more: 'There are more: type the path.',
    library: 'Library on the server',
    libraryHint: 'A new name makes a new library. A known one is merged with the folder.',
    yes: 'Add and sync',
    cancel: 'Cancel',
  },
  choose: {
    menu: 'Choose what is here…',
    title: 'What is on this device',
    what: 'Folders of “{{name}}” without a tick stay on the server and on your other devices, and take no room here.',
    none: 'There are no folders in it.',
    back: 'Done',
    open: 'Show the folders in {{name}}',
    leaveTitle: 'Take “{{name}}” off this device?',
    takeTitle: 'Bring “{{name}}” to this device?',
    leave: 'Take off this device',
    take: 'Bring here',
    goes_one:
      '{{shown}} file, {{size}}, goes from this device. It stays on the server and on your other devices.',
    goes_other:
      '{{shown}} files, {{size}}, go from this device. They stay on the server and on your other devices.',
    comes_one: '{{shown}} file, {{size}}, comes to this device.',
    comes_other: '{{shown}} files, {{size}}, come to this device.',
    refused_one:
      '{{shown}} file is not on the server as it is here, so nothing is taken away. Let it be synced first.',
    refused_other:
      '{{shown}} files are not on the server as they are here, so nothing is taken away. Let them be synced.',
  },
  check: {
    looking: 'Looking at the folder…',
    here: 'On this computer',
    there: 'On the server',
    disk: 'This disk',
    quota: 'Your storage on the server',
    free: '{{size}} free',
    made: 'The folder will be made',
    newLibrary: 'A new library will be made',
    files_one: '{{shown}} file, {{size}}',
    files_other: '{{shown}} files, {{size}}',
    filesAtLeast_one: 'at least {{shown}} file, {{size}}',
    filesAtLeast_other: 'at least {{shown}} files, {{size}}',
    both: 'Changes go both ways. Nothing is deleted by adding a folder.',
    merged:
      'Both sides have files: they are merged, and nothing is deleted. Where both have different files of one name, ' +
      'both are kept.',
  },
  findings: {
    overlaps: {
      what: 'It lies inside {{other}}, or that lies inside it. Each file can be synced only once.',
      cure: 'Choose a folder beside it.',
    },
    systemFolder: {
      what: 'This folder belongs to the system, or holds the folders of other people.',
      cure: 'Choose a folder of your own.',
    },
    notFolder: { what: 'This is a file.', cure: 'Choose a folder.' },
    parentMissing: {
      what: 'Neither this folder nor the one above it is there.',
      cure: 'Check the spelling, or make the folder above it first.',
    },
    noPermission: {
      what: 'Your user may not read and write here.',
      cure: 'Give your user permission, or choose another folder.',
    },
    readOnlyDisk: { what: 'This disk cannot be written to.', cure: 'Choose a folder on another disk.' },
    networkDisk: {
      what: 'This folder lies on another computer’s disk.',
      cure: 'Changes made elsewhere are found more slowly, by a scan every 15 minutes.',
    },
    foldsCase: {
      what: 'This disk does not tell upper from lower case.',
      cure: 'Of two files that differ in case alone, one stays on the server and is listed under Problems.',
    },
    diskShort: {
      what: 'This disk is short of {{short}}: {{needed}} would come, {{free}} are free.',
      cure: 'Free space first, or choose a folder on another disk. What fits is synced.',
    },
    quotaShort: {
      what: 'Your storage on the server is short of {{short}}: {{needed}} would go there, {{free}} are free.',
      cure: 'Free space or ask the administrator for more. What fits is sent; the rest waits.',
    },
  },
};
