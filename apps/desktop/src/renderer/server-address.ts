/** As a person types it: without a scheme, `https` is meant, and `http` on this computer. */
export function withScheme(typed: string): string {
  const text = typed.trim();
  if (text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return isLoopback(`http://${text}`) ? `http://${text}` : `https://${text}`;
}

export function isPlain(url: string): boolean {
  return /^http:/i.test(url);
}

/** What is sent there never leaves this computer. */
export function isLoopback(url: string): boolean {
  try {
    const { hostname } = new URL(url);
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  } catch {
    return false;
  }
}
