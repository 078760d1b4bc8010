import { expect, test } from 'vitest';
import { serviceFileFor } from './service-files.ts';

const spec = {
  nodePath: '/opt/a & b/node',
  programPath: '/opt/"odd" <dir>/100% $HOME/main.ts',
  homePath: '/home/ada/.local/share/tidesync/device',
  userHome: '/home/ada',
  userId: 1_000,
};

/** Every tag is closed in its order, and nothing is left raw. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, close, name, self] of xml.matchAll(/<(\/?)([A-Za-z]+)[^<>]*?(\/?)>/g)) {
    if (close === '/' && open.pop() !== name) return false;
    if (close === '' && self === '') open.push(name ?? '');
  }
  return open.length === 0 && !/&(?!(amp|lt|gt|quot);)/.test(xml);
}

test('a unit names program and home so that systemd reads them as they are', () => {
  const unit = serviceFileFor('linux', spec);
  expect(unit?.text).toContain(
    'ExecStart="/opt/a & b/node" "/opt/\\"odd\\" <dir>/100%% $$HOME/main.ts" "serve"\n',
  );
  expect(unit?.text).toContain('Environment="TIDESYNC_HOME=/home/ada/.local/share/tidesync/device"\n');
  expect(unit?.text).not.toContain('MemoryDenyWriteExecute');
});

test.each(['darwin', 'win32'])('what %s reads is well-formed, whatever the paths are', (platform) => {
  const text = serviceFileFor(platform, spec)?.text ?? '';
  expect(wellFormed(text)).toBe(true);
  expect(text).toContain('/opt/a &amp; b/node');
  expect(text).toContain('&lt;dir&gt;/100% $HOME/main.ts');
});

test('a launch agent starts at sign-in, and again only when it failed', () => {
  const { text, path } = serviceFileFor('darwin', spec) ?? { text: '', path: '' };
  expect(path).toBe('/home/ada/Library/LaunchAgents/org.tidesync.engine.plist');
  expect(text).toMatch(/<key>Label<\/key>\s*<string>org\.tidesync\.engine<\/string>/);
  expect(text).toMatch(/<key>RunAtLoad<\/key>\s*<true\/>/);
  expect(text).toMatch(/<key>SuccessfulExit<\/key>\s*<false\/>/);
  expect(text).toMatch(/<key>TIDESYNC_HOME<\/key>\s*<string>\/home\/ada/);
});

test('a task has the elements that its schema wants, in their order, and no time limit', () => {
  const { text } = serviceFileFor('win32', { ...spec, homePath: 'C:\\Users\\ada\\tidesync' }) ?? { text: '' };
  const order = ['RegistrationInfo', 'Triggers', 'Principals', 'Settings', 'Actions'];
  const found = order.map((name) => text.indexOf(`<${name}`));
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(Math.min(...found)).toBeGreaterThan(0);
  expect(text).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
});

test('no service is known elsewhere', () => {
  expect(serviceFileFor('aix', spec)).toBeNull();
});
