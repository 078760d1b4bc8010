import { expect, test } from 'vitest';
import { autostartEntry } from './autostart-entry.ts';

const execOf = (program: string, args: string[] = []) =>
  /^Exec=(.*)$/m.exec(autostartEntry(program, args))?.[1] ?? '';

test('the app is started into the tray', () => {
  expect(execOf('/opt/Tidesync/tidesync')).toBe('"/opt/Tidesync/tidesync" "--hidden"');
});

test('a path with odd characters stays one argument', () => {
  expect(execOf('/home/a b/50%/$x"', ['/the app'])).toBe(
    '"/home/a b/50%%/\\\\$x\\\\"" "/the app" "--hidden"',
  );
});
