export interface PolicyOf {
  /** Allows the page's own `<style>` elements, in this answer alone; null for what has none. */
  readonly nonce: string | null;
  /** Where browsers put and get packs, if that is not this server. */
  readonly storeOrigin: string | null;
}

/**
 * What the console may load and run: its own files, and packs from the object store. No script but the built ones, no
 * frame but a preview, which is a `blob:` of ours; nobody may frame the console.
 */
export function contentSecurityPolicy({ nonce, storeOrigin }: PolicyOf): string {
  const connect = storeOrigin === null ? "'self'" : `'self' ${storeOrigin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    nonce === null ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "worker-src 'self'",
    'frame-src blob:',
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
