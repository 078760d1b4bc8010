/** What must not leave this device, beyond what can be told by its form. */
export interface Redaction {
  /** Tokens and the like, exactly. */
  readonly secrets: readonly string[];
  readonly userHome: string;
  /** Names of files and folders of people; each becomes a number. */
  readonly names: readonly string[];
}

const MASK = '‹removed›';
const SECRET_CHARS_MIN = 6;

const SECRET_NAMES = 'pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|credential';
/** Forms that secrets have, wherever they stand; the first group stays. */
const FORMS: readonly RegExp[] = [
  /\b(Bearer\s+)[^\s"',;]+/gi,
  /\b((?:authorization|cookie|set-cookie)"?\s*[:=]\s*)[^\n]+/gi,
  new RegExp(`((?:${SECRET_NAMES})[\\w-]*"?\\s*[:=]\\s*)("[^"]*"|'[^']*'|[^\\s,;}]+)`, 'gi'),
  /\b(tds_)[\w-]+/g,
  /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+:[^\s/@]+@/gi,
  /([?&][\w.%-]+=)[^\s&"']+/g,
];
/** Long runs that nobody reads: hashes say nothing here, and keys look like them. */
const LONG_RUN = /\b[A-Za-z0-9+/_-]{40,}={0,2}/g;
const EMAIL = /\b([A-Za-z0-9._%+-])[A-Za-z0-9._%+-]*@([A-Za-z0-9-])[A-Za-z0-9.-]*\.([A-Za-z]{2,})\b/g;

/** The text without secrets, addresses of people and, if `names` has them, names of their files. Twice is once. */
export function redact(text: string, { secrets, userHome, names }: Redaction): string {
  let safe = text;
  const known = secrets
    .filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .sort((a, b) => b.length - a.length);
  for (const secret of known) {
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      safe = safe.replaceAll(form, MASK);
  }
  for (const form of FORMS) safe = safe.replace(form, `$1${MASK}`);
  safe = safe.replace(LONG_RUN, MASK).replace(EMAIL, '$1…@$2….$3');
  const byLength = [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  for (const [index, name] of byLength.entries()) {
    for (const form of [name, JSON.stringify(name).slice(1, -1)])
      safe = safe.replaceAll(form, `‹name ${index + 1}›`);
  }
  return userHome === '' ? safe : safe.replaceAll(userHome, '~');
}

const SECRET_KEY = /pass(word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|credential/i;
/** Named like secrets, and none. */
const PLAIN_KEYS = new Set(['secretsIn', 'TIDESYNC_SECRETS']);

/** The same in every text of a document, which keeps its form; what is called a secret is one, however it looks. */
export function redactDocument(document: unknown, redaction: Redaction): unknown {
  if (typeof document === 'string') return redact(document, redaction);
  if (Array.isArray(document)) return document.map((one) => redactDocument(one, redaction));
  if (typeof document !== 'object' || document === null) return document;
  const entries = Object.entries(document).map(([key, value]) => {
    const isSecret = typeof value === 'string' && SECRET_KEY.test(key) && !PLAIN_KEYS.has(key);
    return [redact(key, redaction), isSecret ? MASK : redactDocument(value, redaction)];
  });
  return Object.fromEntries(entries);
}
