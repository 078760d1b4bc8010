import type { activityEn } from './activity-en.ts';

export const activityDe: Readonly<Record<keyof typeof activityEn, string>> = {
  uploaded: '„{{name}}“ gesendet',
  downloaded: '„{{name}}“ empfangen',
  downloadedSize: '„{{name}}“ empfangen ({{size}})',
  movedHere: '„{{other}}“ in „{{name}}“ umbenannt, wie auf einem anderen Gerät',
  movedThere: 'Auf dem Server in „{{name}}“ umbenannt',
  deletedHere: '„{{name}}“ in den Papierkorb gelegt, weil auf einem anderen Gerät gelöscht',
  deletedThere: '„{{name}}“ auf dem Server gelöscht; aus dem Papierkorb wiederherstellbar',
  leftOut: '„{{name}}“ von diesem Gerät genommen; bleibt auf dem Server',
  madeHere: 'Ordner „{{name}}“ angelegt, wie auf einem anderen Gerät',
  madeThere: 'Ordner „{{name}}“ auf dem Server angelegt',
  conflict: '„{{name}}“ wurde auf zwei Geräten geändert; die hiesige Fassung heißt nun „{{other}}“',
  settled: 'Konflikt um „{{name}}“ gelöst; die andere Fassung kam in den Papierkorb',
  restored: '„{{name}}“ wiederhergestellt',
  broughtBack:
    '„{{name}}“ vom Server zurückgeholt; der Computer war ausgefallen, bevor es sicher auf der Platte war',
};
