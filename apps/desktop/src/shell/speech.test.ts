import type { Language } from '@tidesync/shared/languages';
import { headlineOf } from '@tidesync/shared/status-words';
import { statusWith } from '@tidesync/shared/testing/status-with';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import type { EngineStatus, RootStatus } from '@tidesync/shared/wire/engine';
import { describe, expect, test } from 'vitest';
import { coalesced, noticesBetween, staysNotice } from './notices.ts';
import { shellSpeech } from './speech.ts';
import type { TrayItem } from './tray-menu.ts';
import { trayMenu, trayTooltip } from './tray-menu.ts';

const [english, german, arabic] = (['en', 'de', 'ar'] as const).map(shellSpeech) as [Speech, Speech, Speech];
type Speech = ReturnType<typeof shellSpeech>;

const away = {
  session: { ...statusWith([]).session, online: false, offlineSentence: 'The server is away.' },
} as Partial<EngineStatus>;
const gone: Partial<RootStatus> = { state: 'halted', halt: 'rootMissing' };
const noon = new Date(2026, 10, 21, 12, 0).getTime();

/** What the tray says, without the marks that keep names in their direction. */
const tooltip = (status: EngineStatus | null, speech: Speech) =>
  trayTooltip({ status, health: { is: 'running', own: true }, changes: [], speech }).replaceAll(
    /[\u2066-\u2069]/g,
    '',
  );

const sending: Partial<RootStatus> = {
  state: 'syncing',
  waiting: 1,
  waitingBytes: 34e6,
  transfers: [{ direction: 'up', path: 'a', doneBytes: 0, totalBytes: 34e6, bytesPerSecond: null }],
};
const CASES: [EngineStatus, string, string][] = [
  [statusWith([]), 'Noch wird kein Ordner abgeglichen.', 'لا مجلد يُزامَن بعد.'],
  [statusWith([{}]), 'Auf dem neuesten Stand.', 'كل شيء محدَّث.'],
  [statusWith([], { session: { is: 'signedOut', why: 'never' } }), 'Nicht angemeldet.', 'لم يُسجَّل الدخول.'],
  [
    statusWith([{ state: 'syncing', waiting: 2, waitingBytes: 1.5e6, upBytesPerSecond: 2e5 }]),
    '2 Einträge werden abgeglichen, noch 1,5 MB, 200 kB/s.',
    'تجري مزامنة عنصرين، بقي 1.5 MB، 200 kB/s.',
  ],
  [
    statusWith([{ state: 'syncing', waiting: 1_240, waitingBytes: 34e6 }]),
    '1.240 Einträge werden abgeglichen, noch 34 MB.',
    'تجري مزامنة 1,240 عنصرًا، بقي 34 MB.',
  ],
  [
    statusWith([{ state: 'paused', pausedUntilMs: noon }]),
    'Angehalten bis 21.11.2026 12:00.',
    'متوقف مؤقتًا حتى 21‏/11‏/2026 12:00 م.',
  ],
  [
    statusWith([{ state: 'paused', restsFor: 'battery' }]),
    'Angehalten im Akkubetrieb, bis Netzstrom da ist.',
    'متوقف مؤقتًا على البطارية حتى يوصل بالكهرباء.',
  ],
  [
    statusWith([{ state: 'paused', restsFor: 'metered' }]),
    'Angehalten in einem getakteten Netz, bis ein anderes da ist.',
    'متوقف مؤقتًا على شبكة محدودة البيانات حتى تتوفر غيرها.',
  ],
  [
    statusWith([sending], { device: { ...DEVICE_SETTINGS_DEFAULT, uploadLimit: 2e6 } }),
    '1 Eintrag wird abgeglichen, noch 34 MB. Hochladen ist auf 2 MB/s begrenzt.',
    'تجري مزامنة عنصر واحد، بقي 34 MB. سرعة الرفع محدودة بـ2 MB/s.',
  ],
  [
    statusWith([{ heldDeletes: 3, conflicts: 1 }]),
    '3 Löschungen warten auf Ihr Ja, 1 Konfliktkopie wurde behalten.',
    '3 عمليات حذف تنتظر موافقتك، احتُفظ بنسخة تعارض واحدة.',
  ],
  [
    statusWith([gone, gone]),
    'lib0: Der Ordner /home/0 ist weg oder nicht eingehängt. Nichts wird abgeglichen, nichts gelöscht. ' +
      '(und 1 weiterer Ordner)',
    'lib0: المجلد /home/0 اختفى أو ليس موصولًا. لا يُزامَن شيء ولا يُحذف شيء. (ومجلد آخر)',
  ],
  [
    statusWith([{ state: 'offline' }], away),
    'Offline: Der Server antwortet nicht.',
    'غير متصل: الخادم لا يجيب.',
  ],
  [
    statusWith([{}], { quota: { limitBytes: 50e9, usedBytes: 50e9, reservedBytes: 0 } }),
    '50 von 50 GB: Hochladen wartet, Herunterladen geht weiter.',
    '50 GB من 50 GB: الرفع ينتظر والتنزيل مستمر.',
  ],
];

describe('the tooltip', () => {
  test.each(CASES)('%#: speaks the language of the windows', (status, de, ar) => {
    expect(tooltip(status, german)).toBe(`Tidesync: ${de}`);
    expect(tooltip(status, arabic)).toBe(`Tidesync: ${ar}`);
  });

  test.each(CASES)('%#: in English has the words of `tidesync status`', (status) => {
    expect(tooltip(status, english)).toBe(`Tidesync: ${headlineOf(status)}`);
  });
});

test.each<Language>(['de', 'ar'])('nothing in the menu is left in English in %s', (language) => {
  const status = statusWith([{ heldDeletes: 2 }, { state: 'paused' }]);
  const change = { atMs: 1, kind: 'uploaded', path: 'a/b.txt', detail: '', sentence: 'Sent "b.txt".' };
  const menuIn = (speech: Speech) => {
    const changes = [{ atMs: 1, sentence: speech.change(change), path: null }];
    return labels(trayMenu({ status, health: { is: 'running', own: true }, changes, speech }));
  };
  const [here, inEnglish] = [menuIn(shellSpeech(language)), menuIn(english)];
  expect(here).toHaveLength(inEnglish.length);
  const alike = here.filter((label, n) => label === inEnglish[n]);
  // The folders have the names that people gave them.
  expect(alike).toEqual(['lib0 (/home/0)', 'lib1 (/home/1)']);
});

test('a message counts as its language does', () => {
  const said = (conflicts: number, speech: Speech) =>
    noticesBetween({ before: statusWith([{}]), after: statusWith([{ conflicts }]) }, speech)[0]?.body;
  expect([1, 2, 1_240].map((n) => said(n, german))).toEqual([
    'Eine Datei wurde an zwei Orten geändert.',
    '2 Dateien wurden an zwei Orten geändert.',
    '1.240 Dateien wurden an zwei Orten geändert.',
  ]);
  expect([1, 2].map((n) => said(n, arabic))).toEqual(['تغيّر ملف واحد في مكانين.', 'تغيّر ملفان في مكانين.']);
  expect(said(3, arabic)).toMatch(/^تغيّرت .*3.* ملفات/);
});

test('several messages are one, and closing is told, in the language of the windows', () => {
  const notices = noticesBetween(
    { before: statusWith([{}]), after: statusWith([{ conflicts: 1, troubles: 1 }]) },
    german,
  );
  expect(coalesced(notices, german)?.title).toBe('Tidesync braucht Sie');
  expect(staysNotice(german).title).toBe('Tidesync läuft weiter');
});

function labels(items: readonly TrayItem[]): string[] {
  return items.flatMap((item) => {
    if (item.is === 'line') return [];
    return item.is === 'menu' ? [item.label, ...labels(item.items)] : [item.label];
  });
}
