/** Bytes as people read them: powers of 1,000, three digits at most ("1.25 GB", "999 B"). */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')} ${units[unit]}`;
}

/** Parses "10GB", "1.5 TB", "500" (bytes); powers of 1,000. Null if it is no size. */
export function parseBytes(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)b?\s*$/i.exec(text);
  if (!match) return null;
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf((match[2] as string).toLowerCase());
  const sizeBytes = Math.round(Number(match[1]) * 1000 ** power);
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : null;
}

/** A file's name may hold control characters, which could rewrite a terminal or feign a line. */
export function safeForTerminal(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this takes out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}
