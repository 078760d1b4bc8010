import { fail } from '@tidesync/shared/problems';
import { UsageError } from './exit-codes.ts';

/** True for names and addresses that cannot leave this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
}

/**
 * A server's address as a person typed it, in the form in which it is kept (no slash at its end).
 * Plain HTTP beyond this machine is refused unless it was asked for: it would show passwords and files.
 */
export function parseServerUrl(text: string, insecureHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UsageError(`"${text}" is no address of a server. It looks like https://files.example.org.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'An address with a password in it would be stored and shown. Use --email and --password-stdin.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UsageError(`Leave out what follows "?" or "#" in "${text}".`);
  }
  const shown = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  if (url.protocol === 'http:' && !insecureHttp && !isLoopback(url.hostname)) {
    fail({ reason: 'plainHttp', url: shown });
  }
  return shown;
}
