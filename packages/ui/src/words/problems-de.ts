import type { Catalogue } from '@tidesync/shared/languages';

export const problemsDe: Catalogue = {
  things: { account: 'Das Konto', library: 'Die Bibliothek', organisation: 'Der Vorrat der Organisation' },
  accountBusy: {
    what: 'Die Geräte dieses Kontos senden dem Server gerade mehr zugleich, als er für ein Konto annimmt.',
    cure: 'Es wird von selbst noch einmal versucht.',
  },
  accountMissing: { what: 'Es gibt kein Konto „{{account}}“.', cure: 'Prüfen Sie die Schreibweise.' },
  accountSuspended: {
    what: 'Dieses Konto ist gesperrt.',
    cure: 'Fragen Sie die Administration des Servers.',
  },
  accountTaken: {
    what: 'Es gibt schon ein Konto mit der E-Mail-Adresse {{email}}.',
    cure: 'Wählen Sie eine andere.',
  },
  adminOnly: {
    what: 'Das darf nur die Administration.',
    cure: 'Fragen Sie die Administration des Servers.',
  },
  alreadySetUp: { what: 'Das ist schon eingerichtet.', cure: 'Nichts zu tun.' },
  alreadySignedIn: {
    what: 'Dieses Gerät ist schon angemeldet, als {{email}} auf {{url}}.',
    cure: 'Melden Sie sich zuerst ab.',
  },
  batchMissing: {
    what: 'Worüber zu entscheiden war, hat sich geändert oder ist nicht mehr da.',
    cure: 'Sehen Sie die Liste noch einmal an.',
  },
  batchNotHeld: { what: 'Das wurde schon gesendet.', cure: 'Sehen Sie die Liste noch einmal an.' },
  busy: {
    what: 'Der Server ist gerade mit einer Änderung an derselben Bibliothek beschäftigt.',
    cure: 'Es wird von selbst noch einmal versucht.',
  },
  chunkMismatch: {
    what: 'Inhalte sind nicht so angekommen, wie sie gesendet wurden.',
    cure: 'Sie werden von selbst noch einmal gesendet.',
  },
  chunksMissing: {
    what: 'Auf dem Server fehlen Inhalte.',
    cure: 'Sie werden von selbst noch einmal gesendet.',
  },
  commitTooLarge: {
    what: 'Das ist auf einmal zu viel: höchstens {{opsMax}} Änderungen.',
    cure: 'Teilen Sie es auf.',
  },
  conflictChanged: {
    what: '{{path}} oder die andere Fassung hat sich seit der Anzeige geändert, also wurde nichts getan.',
    cure: 'Sehen Sie beide an, wie sie jetzt sind.',
  },
  conflictMissing: {
    what: 'Dieser Konflikt ist gelöst oder nicht mehr da.',
    cure: 'Sehen Sie die Liste noch einmal an.',
  },
  conflictNotFiles: {
    what: 'Eine der Fassungen von {{path}} ist keine Datei, also wird keine weggenommen.',
    cure: 'Behalten Sie beide, oder benennen oder löschen Sie selbst eine davon.',
  },
  conflictNotReady: {
    what: 'Noch sind nicht beide Fassungen von {{path}} hier und gelesen.',
    cure: 'Versuchen Sie es noch einmal, wenn die Datei abgeglichen ist.',
  },
  conflictNotUndoable: {
    what: 'Die andere Fassung von {{path}} ist nicht mehr im Papierkorb dieses Ordners.',
    cure: 'Von hier aus lässt sie sich nicht zurückholen.',
  },
  cursorDiverged: {
    what: 'Der Server wurde aus einer Sicherung wiederhergestellt.',
    cure: 'Die Ordner werden neu verglichen; nichts wird gelöscht.',
  },
  databaseUnavailable: {
    what: 'Die Datenbank des Servers antwortet nicht.',
    cure: 'Es wird von selbst noch einmal versucht.',
  },
  deviceMissing: { what: 'Es gibt kein Gerät „{{device}}“.', cure: 'Sehen Sie die Liste noch einmal an.' },
  foreignOrigin: {
    what: 'Eine andere Webseite hat das verlangt: {{origin}}',
    cure: 'Öffnen Sie die Konsole unter der eigenen Adresse des Servers.',
  },
  contentGone: {
    what: 'Der Server hat keine vollständige Kopie von {{name}}.',
    cure: 'Senden Sie die Datei noch einmal von einem Gerät, das sie hat, oder nehmen Sie eine ältere Version.',
  },
  fileUnreadable: {
    what: '{{name}} hat sich geändert oder ist nicht mehr lesbar.',
    cure: 'Wählen Sie die Datei noch einmal aus.',
  },
  tooLargeHere: {
    what: '{{sizeBytes}} sind mehr, als dieser Browser im Speicher halten kann ({{limitBytes}}).',
    cure:
      'Nehmen Sie einen Browser, der selbst in eine Datei schreibt, etwa Chromium über HTTPS, ' +
      'oder ein Gerät mit Tidesync.',
  },
  deviceRevoked: { what: 'Dieses Gerät wurde aus dem Konto entfernt.', cure: 'Melden Sie sich neu an.' },
  engineBusy: {
    what: 'Der Abgleichdienst von Tidesync, der mit {{path}} arbeitet, ist beschäftigt und hat nicht geantwortet.',
    cure: 'Warten Sie ein wenig, und versuchen Sie es noch einmal.',
  },
  engineDown: {
    what: 'Der Abgleichdienst von Tidesync läuft nicht, also wird nichts abgeglichen.',
    cure: 'Starten Sie ihn neu.',
  },
  engineRunning: { what: 'Tidesync läuft schon mit {{path}}.', cure: 'Benutzen Sie das laufende Programm.' },
  entryMissing: {
    what: 'Diese Datei oder diesen Ordner gibt es nicht: {{entry}}',
    cure: 'Sehen Sie die Liste noch einmal an.',
  },
  fileTooLarge: {
    what: 'Die Datei hat {{sizeBytes}}; dieser Server nimmt Dateien bis {{limitBytes}}.',
    cure: 'Teilen Sie die Datei, oder fragen Sie die Administration des Servers.',
  },
  fileTypeRefused: {
    what: 'Dieser Server nimmt keine Dateien wie „{{name}}“, nur Namen, die auf {{allowed}} enden.',
    cure: 'Benennen Sie die Datei um, oder fragen Sie die Administration des Servers.',
  },
  folderOverlaps: {
    what: '{{path}} und der abgeglichene Ordner {{other}} liegen ineinander.',
    cure: 'Wählen Sie einen Ordner daneben.',
  },
  folderResting: {
    what: 'In {{path}} lässt sich jetzt nichts ändern ({{why}}).',
    cure: 'Setzen Sie den Ordner zuerst fort.',
  },
  folderUnbound: {
    what: '{{path}} liegt in keinem abgeglichenen Ordner.',
    cure: 'Wählen Sie einen abgeglichenen Ordner.',
  },
  folderUnusable: {
    what: 'Der Ordner {{path}} kann nicht benutzt werden: {{why}}.',
    cure: 'Wählen Sie einen anderen Ordner.',
  },
  homeInUse: {
    what: 'Ein anderes Tidesync-Programm arbeitet mit {{path}}.',
    cure: 'Warten Sie, bis es fertig ist, und versuchen Sie es noch einmal.',
  },
  incompatible: {
    what: 'Der Server spricht Protokoll {{server}}, dieses Programm {{client}}.',
    cure: 'Aktualisieren Sie das ältere der beiden.',
  },
  internal: {
    what: 'In Tidesync ist etwas schiefgegangen.',
    cure: 'Das Protokoll sagt mehr. Versuchen Sie es noch einmal.',
  },
  keyringSilent: {
    what: 'Der Schlüssel dieses Geräts liegt im Schlüsselbund, der jetzt nicht lesbar ist: {{detail}}.',
    cure: 'Entsperren Sie den Schlüsselbund und versuchen Sie es noch einmal.',
  },
  fileExists: {
    what: '{{path}} gibt es schon und wird nicht ersetzt.',
    cure: 'Nennen Sie eine andere Datei.',
  },
  notExcludable: {
    what: '{{path}} ist der synchronisierte Ordner selbst.',
    cure: 'Entfernen Sie den Ordner, um ihn nicht mehr zu synchronisieren; seine Dateien bleiben.',
  },
  invalidInput: {
    what: 'Das wurde nicht verstanden: {{detail}}.',
    cure: 'Berichtigen Sie es und versuchen Sie es noch einmal.',
  },
  invalidName: { what: '„{{name}}“ ist als Name nicht möglich.', cure: 'Wählen Sie einen anderen.' },
  lastOwner: {
    what: 'Eine Bibliothek braucht jemanden, dem sie gehört.',
    cure: 'Übergeben Sie sie zuerst jemand anderem.',
  },
  libraryMissing: {
    what: 'Es gibt keine Bibliothek „{{library}}“, die Sie benutzen dürfen.',
    cure: 'Fragen Sie, wem sie gehört.',
  },
  libraryNameTaken: {
    what: 'Sie haben schon eine Bibliothek „{{library}}“.',
    cure: 'Wählen Sie einen anderen Namen.',
  },
  newOwnerFull: {
    what: 'Das Konto {{email}} hat nicht genug freies Kontingent für diese Bibliothek.',
    cure: 'Fragen Sie die Administration nach mehr.',
  },
  notAllowed: {
    what: 'Dafür braucht es die Rolle „{{needed}}“.',
    cure: 'Fragen Sie, wem die Bibliothek gehört.',
  },
  notDamaged: {
    what: '{{path}} ist nicht als beschädigt bekannt oder hat sich seither geändert.',
    cure: 'Sehen Sie noch einmal nach.',
  },
  notInOrganisation: {
    what: 'Das Konto {{email}} gehört nicht zur Organisation „{{organisation}}“.',
    cure: 'Sehen Sie die Liste noch einmal an.',
  },
  noTree: {
    what: 'Der Server nennt Ordner, die ineinander liegen; das kann nicht sein. Hier wird nichts geändert.',
    cure: 'Fragen Sie den Administrator des Servers.',
  },
  noServices: {
    what: 'Wie Dienste auf {{platform}} gestartet werden, ist hier nicht bekannt.',
    cure: 'Starten Sie `tidesync serve` auf Ihre eigene Weise.',
  },
  notTidesync: {
    what: '{{url}} antwortet, ist aber kein Tidesync-Server.',
    cure: 'Prüfen Sie die Adresse.',
  },
  opIdReused: { what: 'Das wurde schon als etwas anderes gesendet.', cure: 'Versuchen Sie es noch einmal.' },
  organisationMissing: {
    what: 'Es gibt keine Organisation „{{organisation}}“.',
    cure: 'Sehen Sie die Liste noch einmal an.',
  },
  organisationNotEmpty: {
    what: 'Die Organisation „{{organisation}}“ hat {{members}} Mitglieder.',
    cure: 'Entfernen Sie diese zuerst.',
  },
  organisationTaken: {
    what: 'Es gibt schon eine Organisation „{{organisation}}“.',
    cure: 'Wählen Sie einen anderen Namen.',
  },
  outcomeUnknown: {
    what: 'Die Datenbank des Servers ging beim Speichern verloren.',
    cure: 'Ob gespeichert wurde, wird sich zeigen. Versuchen Sie es noch einmal.',
  },
  ownDataFailed: {
    what: 'Tidesync kann seine eigenen Daten in {{path}} nicht benutzen ({{detail}}).',
    cure:
      'Prüfen Sie, ob der Datenträger Platz hat und beschrieben werden darf. Ihre Dateien sind sicher, und der ' +
      'Abgleich geht danach weiter.',
  },
  packMissing: {
    what: 'Inhalte sind nicht im Objektspeicher angekommen.',
    cure: 'Sie werden von selbst noch einmal gesendet.',
  },
  plainHttp: {
    what: '{{url}} ist nicht verschlüsselt: Passwörter und Dateien könnten unterwegs gelesen werden.',
    cure: 'Nehmen Sie eine Adresse, die mit https beginnt.',
  },
  quotaExceeded: {
    what: '{{limit}} ist voll: {{usedBytes}} von {{limitBytes}} belegt, {{requestedBytes}} mehr gewünscht.',
    cure: 'Schaffen Sie Platz, oder fragen Sie nach einem größeren Kontingent. Herunterladen geht weiter.',
  },
  revisionMissing: {
    what: 'Der Inhalt einer Datei ist noch nicht auf dem Server.',
    cure: 'Er wird noch einmal gesendet.',
  },
  serverDiskFull: {
    what: 'Der Datenträger des Servers ist voll.',
    cure: 'Bitten Sie die Administration, Platz zu schaffen. Es wird von selbst noch einmal versucht.',
  },
  signedOut: { what: 'Dieses Gerät ist abgemeldet.', cure: 'Melden Sie sich neu an.' },
  storeUnavailable: {
    what: 'Der Objektspeicher des Servers antwortet nicht ({{detail}}).',
    cure: 'Es wird von selbst noch einmal versucht.',
  },
  timedOut: { what: '{{what}} hat zu lange gedauert.', cure: 'Versuchen Sie es noch einmal.' },
  tooManyTries: {
    what: 'Zu viele Versuche.',
    cure: 'Warten Sie {{retryAfterMs}}, und versuchen Sie es dann noch einmal.',
  },
  unreachable: {
    what: 'Der Server {{url}} ist nicht erreichbar ({{detail}}).',
    cure: 'Prüfen Sie die Adresse und Ihre Verbindung.',
  },
  uploadExpired: {
    what: 'Das Hochladen hat zu lange gedauert und ist abgelaufen.',
    cure: 'Es beginnt von selbst neu.',
  },
  versionMissing: {
    what: 'Die Fassung {{version}} von {{entry}} wird nicht mehr aufgehoben.',
    cure: 'Sehen Sie die Liste noch einmal an.',
  },
  weakPassword: { what: 'Das Passwort ist zu kurz.', cure: 'Nehmen Sie mindestens {{lengthMin}} Zeichen.' },
  wrongCredentials: {
    what: 'E-Mail-Adresse oder Passwort ist falsch.',
    cure: 'Prüfen Sie beides und versuchen Sie es noch einmal.',
  },
};
