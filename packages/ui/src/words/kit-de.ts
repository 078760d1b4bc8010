import type { Catalogue } from '@tidesync/shared/languages';
import { problemsDe } from './problems-de.ts';

export const kitDe: Catalogue = {
  states: {
    upToDate: 'Auf dem neuesten Stand',
    syncing: 'Wird abgeglichen',
    paused: 'Angehalten',
    offline: 'Offline',
    attention: 'Braucht Aufmerksamkeit',
    error: 'Gestoppt',
    quotaFull: 'Speicherkontingent voll',
    signedOut: 'Abgemeldet',
    engineDown: 'Läuft nicht',
  },
  frame: {
    skip: 'Zum Seiteninhalt springen',
    navigation: 'Bereiche',
  },
  list: {
    loading: 'Wird geladen',
    failed: 'Das konnte nicht geladen werden',
    retry: 'Erneut versuchen',
    offline: 'Offline. Stand: {{time}}.',
    rows_one: '{{shown}} Zeile',
    rows_other: '{{shown}} Zeilen',
  },
  problem: {
    details: 'Einzelheiten zum Weitergeben …',
    detailsTitle: 'Einzelheiten für alle, die helfen',
    detailsWhy: 'Genau das wird kopiert und sonst nichts. Nichts wird gesendet.',
    copyDetails: 'Kopieren',
    copied: 'Kopiert',
    code: 'Code: {{code}}',
  },
  confirm: {
    cancel: 'Abbrechen',
    close: 'Schließen',
  },
  quota: {
    name: 'Speicherplatz',
    line: '{{used}} von {{limit}}',
    free: '{{free}} frei',
    reserved: '{{reserved}} reserviert',
    near: 'Fast voll',
    full: 'Voll: Hochladen wartet, Herunterladen geht weiter.',
    unlimited: '{{used}} belegt, keine Grenze',
  },
  time: {
    left: 'noch {{time}}',
    asOf: 'Stand: {{time}}',
    never: 'Nie',
  },
  retention: {
    title: 'Wie lange Gelöschtes und Ersetztes bleibt',
    versions: 'Frühere Versionen',
    trash: 'Papierkorb',
    asServer: 'Wie der Server: {{days}}',
    days_one: '{{shown}} Tag',
    days_other: '{{shown}} Tage',
    forever: 'Für immer',
    hint: 'Was älter ist, wird endgültig gelöscht, und sein Platz wird frei.',
  },
  looks: {
    scheme: 'Farben',
    auto: 'Wie das System',
    light: 'Hell',
    dark: 'Dunkel',
    contrast: 'Hoher Kontrast',
    language: 'Sprache',
  },
  problems: problemsDe,
};
