import type { Catalogue } from '@tidesync/shared/languages';

export const addFolderDe: Catalogue = {
  add: {
    title: 'Ordner hinzufügen',
    folder: 'Ordner auf diesem Rechner',
    folderHint: 'Einer, den es gibt, oder ein neuer in einem Ordner, den es gibt.',
    browse: 'Auswählen …',
    choose: 'Ordner zum Abgleichen auswählen',
    up: 'Einen Ordner höher',
    more: 'Es gibt noch mehr: Tippen Sie den Pfad.',
    library: 'Bibliothek auf dem Server',
    libraryHint: 'Ein neuer Name legt eine neue an. Eine bekannte wird mit dem Ordner zusammengeführt.',
    yes: 'Hinzufügen und abgleichen',
    cancel: 'Abbrechen',
  },
  choose: {
    menu: 'Auswählen, was hier liegt …',
    title: 'Was auf diesem Gerät liegt',
    what:
      'Ordner von „{{name}}“ ohne Häkchen bleiben auf dem Server und auf Ihren anderen Geräten und brauchen hier ' +
      'keinen Platz.',
    none: 'Darin sind keine Ordner.',
    back: 'Fertig',
    open: 'Ordner in {{name}} zeigen',
    leaveTitle: '„{{name}}“ von diesem Gerät nehmen?',
    takeTitle: '„{{name}}“ auf dieses Gerät holen?',
    leave: 'Von diesem Gerät nehmen',
    take: 'Hierher holen',
    goes_one: '{{shown}} Datei, {{size}}, geht von diesem Gerät. Auf dem Server und anderswo bleibt sie.',
    goes_other:
      '{{shown}} Dateien, {{size}}, gehen von diesem Gerät. Auf dem Server und anderswo bleiben sie.',
    comes_one: '{{shown}} Datei, {{size}}, kommt auf dieses Gerät.',
    comes_other: '{{shown}} Dateien, {{size}}, kommen auf dieses Gerät.',
    refused_one: '{{shown}} Datei ist nicht so auf dem Server wie hier; also wird nichts weggenommen.',
    refused_other: '{{shown}} Dateien sind nicht so auf dem Server wie hier; also wird nichts weggenommen.',
  },
  check: {
    looking: 'Der Ordner wird angesehen …',
    here: 'Auf diesem Rechner',
    there: 'Auf dem Server',
    disk: 'Dieser Datenträger',
    quota: 'Ihr Speicherplatz auf dem Server',
    free: '{{size}} frei',
    made: 'Der Ordner wird angelegt',
    newLibrary: 'Eine neue Bibliothek wird angelegt',
    files_one: '{{shown}} Datei, {{size}}',
    files_other: '{{shown}} Dateien, {{size}}',
    filesAtLeast_one: 'mindestens {{shown}} Datei, {{size}}',
    filesAtLeast_other: 'mindestens {{shown}} Dateien, {{size}}',
    both: 'Änderungen gehen in beide Richtungen. Durch das Hinzufügen wird nichts gelöscht.',
    merged:
      'Beide Seiten haben Dateien: Sie werden zusammengeführt, nichts wird gelöscht. Haben beide verschiedene ' +
      'Dateien eines Namens, bleiben beide.',
  },
  findings: {
    overlaps: {
      what: 'Er liegt in {{other}}, oder dieser in ihm. Jede Datei kann nur einmal abgeglichen werden.',
      cure: 'Wählen Sie einen Ordner daneben.',
    },
    systemFolder: {
      what: 'Dieser Ordner gehört dem System, oder in ihm liegen die Ordner anderer.',
      cure: 'Wählen Sie einen eigenen Ordner.',
    },
    notFolder: { what: 'Das ist eine Datei.', cure: 'Wählen Sie einen Ordner.' },
    parentMissing: {
      what: 'Weder diesen Ordner noch den darüber gibt es.',
      cure: 'Prüfen Sie die Schreibweise, oder legen Sie zuerst den Ordner darüber an.',
    },
    noPermission: {
      what: 'Ihr Benutzer darf hier nicht lesen und schreiben.',
      cure: 'Geben Sie ihm die Rechte, oder wählen Sie einen anderen Ordner.',
    },
    readOnlyDisk: {
      what: 'Dieser Datenträger kann nicht beschrieben werden.',
      cure: 'Wählen Sie einen Ordner auf einem anderen.',
    },
    networkDisk: {
      what: 'Dieser Ordner liegt auf dem Datenträger eines anderen Rechners.',
      cure: 'Was anderswo geändert wird, wird langsamer gefunden: durch einen Blick alle 15 Minuten.',
    },
    foldsCase: {
      what: 'Dieser Datenträger unterscheidet Groß- und Kleinschreibung nicht.',
      cure: 'Von zwei Dateien, die sich nur darin unterscheiden, bleibt eine auf dem Server und steht unter Probleme.',
    },
    diskShort: {
      what: 'Auf diesem Datenträger fehlen {{short}}: {{needed}} kämen, {{free}} sind frei.',
      cure: 'Schaffen Sie zuerst Platz, oder wählen Sie einen anderen Datenträger. Was passt, wird abgeglichen.',
    },
    quotaShort: {
      what: 'Auf dem Server fehlen Ihnen {{short}}: {{needed}} gingen dorthin, {{free}} sind frei.',
      cure: 'Schaffen Sie Platz, oder bitten Sie um mehr. Was passt, wird gesendet; der Rest wartet.',
    },
  },
};
