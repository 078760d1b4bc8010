import type { Catalogue } from '@tidesync/shared/languages';

export const troublesDe: Catalogue = {
  changing: {
    title: 'Wird gerade geschrieben',
    cure: 'Nichts zu tun: wird abgeglichen, sobald es unverändert bleibt.',
  },
  unreadable: {
    title: 'Nicht lesbar: Die Rechte fehlen',
    cure: 'Geben Sie Ihrem Benutzer Leserechte; abgeglichen wird dann von selbst.',
  },
  unwritable: {
    title: 'Nicht beschreibbar: Die Rechte fehlen, oder der Datenträger ist schreibgeschützt',
    cure: 'Geben Sie Ihrem Benutzer Schreibrechte; abgeglichen wird dann von selbst.',
  },
  ioError: {
    title: 'Der Datenträger versagte beim Lesen oder Schreiben',
    cure: 'Prüfen Sie ihn und sein Kabel. Es wird von selbst noch einmal versucht.',
  },
  diskFull: {
    title: 'Passt nicht auf diesen Datenträger',
    cure: 'Schaffen Sie Platz. Danach wird von selbst noch einmal heruntergeladen.',
  },
  busy: {
    title: 'Wird von einem anderen Programm festgehalten',
    cure: 'Schließen Sie das Programm. Es wird von selbst noch einmal versucht.',
  },
  tooManyOpen: {
    title: 'Es sind so viele Dateien offen, wie dieses System zugleich erlaubt',
    cure:
      'Schließen Sie andere Programme, oder heben Sie die Grenze offener Dateien für Tidesync an. ' +
      'Es wird von selbst noch einmal versucht.',
  },
  specialFile: {
    title: 'Ein Socket, eine Pipe oder ein Gerät; das kann nicht abgeglichen werden',
    cure: 'Nichts zu tun. Eine Zeile in .tidesyncignore blendet das aus.',
  },
  notUnicode: {
    title: 'Der Name ist kein gültiger Text; andere Geräte könnten ihn nicht zeigen',
    cure: 'Benennen Sie es um; abgeglichen wird dann von selbst.',
  },
  badName: {
    title: 'Der Name kann nicht abgeglichen werden',
    cure: 'Benennen Sie es um; abgeglichen wird dann von selbst.',
  },
  excludedName: {
    title: 'Der Name eines Ordners, der hier ausgelassen ist',
    cure: 'Benennen Sie ihn um, oder nehmen Sie jenen Ordner wieder auf: Dann werden beide vereint.',
  },
  nameClash: {
    title: 'Dieser Datenträger kann zwei Namen nicht unterscheiden',
    cure: 'Benennen Sie eines der beiden um, hier oder auf einem anderen Gerät.',
  },
  occupied: {
    title: 'Etwas, das nicht abgeglichen wird, trägt hier diesen Namen',
    cure: 'Benennen oder verschieben Sie es; die Datei vom Server kommt dann von selbst.',
  },
  tooDeep: {
    title: 'Liegt zu tief in Ordnern',
    cure: 'Verschieben Sie es dorthin, wo weniger Ordner darüber liegen.',
  },
  otherVolume: {
    title: 'Ein anderer Datenträger ist in dem Ordner eingehängt; er wird in Ruhe gelassen',
    cure: 'Fügen Sie ihn als eigenen Ordner hinzu, oder hängen Sie ihn aus.',
  },
  readOnlyMember: {
    title:
      'Hier geändert, aber Sie dürfen diese Bibliothek nur ansehen; die Änderung bleibt auf diesem Gerät',
    cure: 'Bitten Sie um die Rolle „editor“, oder legen Sie Ihre Fassung anderswo ab.',
  },
  tooLarge: {
    title: 'Größer, als der Server es annimmt',
    cure: 'Teilen Sie die Datei, oder lassen Sie sie aus dem Ordner.',
  },
  typeRefused: {
    title: 'Der Server nimmt Dateien dieser Art nicht an',
    cure: 'Lassen Sie sie außerhalb des Ordners, oder fragen Sie die Administration des Servers.',
  },
  damaged: {
    title:
      'Hat anderen Inhalt, als abgeglichen wurde, ohne dass etwas eine Änderung zeigt: vielleicht beschädigt',
    cure:
      'Die Fassung auf dem Server bleibt, und diese wird nicht gesendet. Sehen Sie die Datei an und nehmen Sie die ' +
      'des Servers (Ihre bleibt als Kopie), oder behalten Sie Ihre als neue Fassung.',
  },
  contentMissing: {
    title: 'Der Server hat keinen heilen Inhalt dafür',
    cure: 'Ein Gerät, das die Datei hat, sendet sie von selbst noch einmal: lassen Sie eines laufen.',
  },
  refused: { title: 'Vom Server abgelehnt', cure: 'Es wird von selbst noch einmal versucht.' },
};
