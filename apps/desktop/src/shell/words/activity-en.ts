/** What was done, by its kind. `name` is a file's own name, `other` what it was called or is called now. */
export const activityEn = {
  uploaded: 'Sent “{{name}}”',
  downloaded: 'Received “{{name}}”',
  downloadedSize: 'Received “{{name}}” ({{size}})',
  movedHere: 'Renamed “{{other}}” to “{{name}}”, as on another device',
  movedThere: 'Renamed to “{{name}}” on the server',
  deletedHere: 'Moved “{{name}}” to the trash, as it was deleted on another device',
  deletedThere: 'Deleted “{{name}}” on the server; it can be restored from the trash',
  leftOut: 'Took “{{name}}” off this device; it stays on the server',
  madeHere: 'Made the folder “{{name}}”, as on another device',
  madeThere: 'Made the folder “{{name}}” on the server',
  conflict: '“{{name}}” was changed on two devices; this one is kept as “{{other}}”',
  settled: 'The conflict about “{{name}}” was settled; the version not kept went to the trash',
  restored: 'Restored “{{name}}”',
  broughtBack:
    'Brought “{{name}}” back from the server; the computer had gone down before it was safe on the disk',
};
