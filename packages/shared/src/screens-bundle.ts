// How the built screens are handed out, by the app's own protocol and by the engine to a browser: the same files under
// the same policy.

/** Stands in the built page for the nonce that each answer gets anew. */
export const CSP_NONCE_PLACEHOLDER = 'tidesync-csp-nonce';

/** The page itself; also the answer to addresses that only the page's router knows. */
export const SCREENS_PAGE = 'index.html';

/** Below it lies the engine's local API. */
export const TRPC_PREFIX = '/trpc/';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  woff2: 'font/woff2',
};
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * The file of the bundle that a URL's path asks for, relative and with forward slashes; null for what can be none.
 * Nothing is decoded: the bundle has no name that would need it, and so no way out of its folder is left.
 */
export function bundleFileOf(urlPath: string): string | null {
  const asked = urlPath.split('?', 1)[0] ?? '';
  if (!asked.startsWith('/')) return null;
  if (asked === '/') return SCREENS_PAGE;
  const segments = asked.slice(1).split('/');
  if (!segments.every((segment) => SEGMENT.test(segment))) return null;
  const isFile = segments.at(-1)?.includes('.') === true;
  return isFile ? segments.join('/') : SCREENS_PAGE;
}

export function contentTypeOf(file: string): string {
  return CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** The page's text with its nonce. */
export function pageWithNonce(page: string, nonce: string): string {
  return page.replaceAll(CSP_NONCE_PLACEHOLDER, nonce);
}

/**
 * What the screens may load: their own files, pictures made in memory, and the API at their own address.
 * The nonce is for the style sheets that the theme makes while it runs.
 */
export function screensPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** For every answer with a file of the bundle; the policy stands on all of them, not on the page alone. */
export function screensHeaders(file: string, nonce: string): Record<string, string> {
  const isPage = file === SCREENS_PAGE;
  return {
    'content-type': contentTypeOf(file),
    'content-security-policy': screensPolicy(nonce),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // File names hold a hash of their content; the page holds the nonce.
    'cache-control': isPage ? 'no-store' : 'private, max-age=31536000, immutable',
  };
}
