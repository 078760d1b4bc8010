import { execFileSync } from 'node:child_process';
import { defaultHome } from '@tidesync/desktop/shell/default-home';
import { expect, test } from 'vitest';
import { CLI } from '../e2e/cli-process.ts';

test.each([{}, { XDG_DATA_HOME: '/somewhere/else' }])(
  'app and command keep their data in one place: %j',
  (some) => {
    const { TIDESYNC_HOME: _, XDG_DATA_HOME: __, ...rest } = process.env;
    const env = { ...rest, HOME: '/home/of ada', ...some };
    const said = execFileSync(process.execPath, [CLI, 'paths', '--json'], { env, encoding: 'utf8' });
    const { home } = JSON.parse(said) as { home: string };
    expect(defaultHome({ platform: process.platform, env, homeDir: '/home/of ada' })).toBe(home);
  },
);

test.each([
  ['darwin', {}, '/Users/ada', '/Users/ada/Library/Application Support/tidesync/device'],
  ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\tidesync\\Data\\device'],
  ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ada', 'D:\\Local\\tidesync\\Data\\device'],
])('on %s', (platform, env, homeDir, home) => expect(defaultHome({ platform, env, homeDir })).toBe(home));
