import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TlsFiles {
  /** Of an authority that nobody else trusts. */
  readonly caFile: string;
  readonly certPath: string;
  readonly keyPath: string;
  remove(): Promise<void>;
}

/** A certificate for 127.0.0.1, and the authority that signed it, both a day old at most. */
export async function makeTlsFiles(): Promise<TlsFiles> {
  const dir = await mkdtemp(join(tmpdir(), 'tidesync-tls-'));
  const file = (name: string) => join(dir, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  const authority = ['-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=tidesync test', '-days', '1'];
  await openssl('req', '-x509', ...newKey, ...authority);
  await openssl('req', ...newKey, '-keyout', 'store.key', '-out', 'store.csr', '-subj', '/CN=store');
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1'];
  await openssl('x509', '-req', '-in', 'store.csr', ...signed, '-out', 'store.crt', '-extfile', 'names');
  return {
    caFile: file('ca.crt'),
    certPath: file('store.crt'),
    keyPath: file('store.key'),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
