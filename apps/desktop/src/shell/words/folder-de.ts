import type { Catalogue } from '@tidesync/shared/languages';

export const rootDe: Catalogue = {
  halted: 'Gestoppt: Sie werden gebraucht',
  paused: 'Angehalten, bis Sie den Ordner fortsetzen',
  pausedUntil: 'Angehalten bis {{time}}',
  onBattery: 'Angehalten im Akkubetrieb, bis Netzstrom da ist',
  onMetered: 'Angehalten in einem getakteten Netz, bis ein anderes da ist',
  offline: 'Offline: Der Server antwortet nicht',
  offlineWaiting_one: 'Offline: {{shown}} Änderung wartet',
  offlineWaiting_other: 'Offline: {{shown}} Änderungen warten',
  looking: 'Sucht nach Änderungen',
  syncing_one: '{{shown}} Eintrag wird abgeglichen, noch {{left}}',
  syncing_other: '{{shown}} Einträge werden abgeglichen, noch {{left}}',
  attention_one: 'Abgeglichen bis auf {{shown}} Datei',
  attention_other: 'Abgeglichen bis auf {{shown}} Dateien',
  rest: 'Alles Übrige ist abgeglichen',
  upToDate: 'Auf dem neuesten Stand',
  held_one: '{{shown}} Löschung wartet auf Ihr Ja.',
  held_other: '{{shown}} Löschungen warten auf Ihr Ja.',
};

export const haltsDe: Catalogue = {
  rootMissing: {
    what: 'Der Ordner {{path}} ist weg oder nicht eingehängt. Nichts wird abgeglichen, nichts gelöscht.',
    cure: 'Hängen Sie ihn ein oder stellen Sie ihn wieder her. Wurde er verschoben, sagen Sie, wohin.',
  },
  rootReplaced: {
    what: 'Der Ordner {{path}} ist nicht der, der abgeglichen wurde. Nichts wird abgeglichen, nichts gelöscht.',
    cure:
      'Legen Sie den alten zurück. Soll der jetzige abgeglichen werden, nehmen Sie den Ordner heraus und fügen Sie ' +
      'ihn neu hinzu.',
  },
  libraryGone: {
    what: 'Die Bibliothek „{{library}}“ wurde gelöscht, oder Sie gehören nicht mehr dazu. Ihre Dateien bleiben hier.',
    cure: 'Fragen Sie, wem sie gehört, oder gleichen Sie den Ordner nicht mehr ab.',
  },
  noPermission: {
    what: 'Der Ordner {{path}} selbst ist nicht lesbar oder nicht beschreibbar.',
    cure: 'Geben Sie Ihrem Benutzer die Rechte dafür; der Abgleich geht dann von selbst weiter.',
  },
};
