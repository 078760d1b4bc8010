/** How sizes, speeds and times are written for people in one language: the same in window, tray and command. */
export interface Formats {
  readonly locale: string;
  /** Powers of 1,000, three digits at most: `1.25 GB`, `999 B`. */
  bytes(sizeBytes: number): string;
  /** `3.4 MB/s`. */
  speed(bytesPerSecond: number): string;
  count(n: number): string;
  /** A share from 0 to 1: `42%`. */
  percent(share: number): string;
  /** How long something takes, roughly: `45 sec`, `2 min`, `1 hr 20 min`, `3 days`. */
  duration(durationMs: number): string;
  /** `10:42`. */
  time(atMs: number): string;
  /** `21 Nov 2026`. */
  date(atMs: number): string;
  dateTime(atMs: number): string;
  /** The time alone if it was on the same day as `nowMs`, else day and time. */
  when(atMs: number, nowMs: number): string;
  /** `3 minutes ago`. */
  ago(atMs: number, nowMs: number): string;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Left to right, whatever stands around it: a number and its Latin unit would swap places in Arabic text. */
const ISOLATE_START = '\u2066';
const ISOLATE_END = '\u2069';

export function isRightToLeft(locale: string): boolean {
  return /^(ar|fa|he|ur)\b/.test(locale);
}

/** @param timeZone as in Intl; absent: this machine's. */
export function formatsFor(locale: string, timeZone?: string): Formats {
  const zone = timeZone === undefined ? {} : { timeZone };
  // 24 hours but where 12 are usual; English without a country is read in many.
  const time = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  });
  const dateLocale = locale === 'en' ? 'en-GB' : locale;
  const date = new Intl.DateTimeFormat(dateLocale, { dateStyle: 'medium', ...zone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const sized = sizesOf(locale);
  const dateTime = (atMs: number) => `${date.format(atMs)} ${time.format(atMs)}`;
  return {
    locale,
    bytes: (sizeBytes) => sized(sizeBytes, ''),
    speed: (bytesPerSecond) => sized(bytesPerSecond, '/s'),
    count: (n) => whole.format(n),
    // Never "100%" of what is not complete.
    percent: (part) => share.format(Math.floor(part * 100 + 1e-9) / 100),
    duration: durationsOf(locale),
    time: (atMs) => time.format(atMs),
    date: (atMs) => date.format(atMs),
    dateTime,
    when: (atMs, nowMs) => (date.format(atMs) === date.format(nowMs) ? time.format(atMs) : dateTime(atMs)),
    ago: (atMs, nowMs) => agoIn(relative, Math.max(0, nowMs - atMs)),
  };
}

function sizesOf(locale: string): (amount: number, per: string) => string {
  const numbers = [0, 1, 2].map(
    (digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits, useGrouping: false }),
  );
  const isolated = isRightToLeft(locale);
  return (amount, per) => {
    let value = Math.max(0, amount);
    let unit = 0;
    while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    const text = `${numbers[digits]?.format(value)} ${BYTE_UNITS[unit]}${per}`;
    return isolated ? `${ISOLATE_START}${text}${ISOLATE_END}` : text;
  };
}

function durationsOf(locale: string): (durationMs: number) => string {
  const unit = (name: 'second' | 'minute' | 'hour' | 'day') => {
    const unitDisplay = name === 'day' ? 'long' : 'short';
    const format = new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay });
    return (n: number) => format.format(n);
  };
  const [seconds, minutes, hours, days] = [unit('second'), unit('minute'), unit('hour'), unit('day')];
  return (durationMs) => {
    // In steps of five, so that it does not flicker.
    const inSeconds = Math.max(5, Math.ceil(durationMs / SECOND_MS / 5) * 5);
    if (inSeconds < 60) return seconds(inSeconds);
    const inMinutes = Math.round(durationMs / MINUTE_MS);
    if (inMinutes < 60) return minutes(Math.max(1, inMinutes));
    if (durationMs >= 2 * DAY_MS) return days(Math.round(durationMs / DAY_MS));
    const rest = inMinutes % 60;
    const whole = hours(Math.floor(inMinutes / 60));
    return rest === 0 ? whole : `${whole} ${minutes(rest)}`;
  };
}

function agoIn(relative: Intl.RelativeTimeFormat, passedMs: number): string {
  if (passedMs < MINUTE_MS) return relative.format(-Math.floor(passedMs / SECOND_MS), 'second');
  if (passedMs < HOUR_MS) return relative.format(-Math.floor(passedMs / MINUTE_MS), 'minute');
  if (passedMs < DAY_MS) return relative.format(-Math.floor(passedMs / HOUR_MS), 'hour');
  return relative.format(-Math.floor(passedMs / DAY_MS), 'day');
}
