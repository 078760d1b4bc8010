import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { gatherSettings } from '@tidesync/server/settings/gather-settings';
import { parseSettings, settingShapes } from '@tidesync/server/settings/parse-settings';
import { settingTable } from '@tidesync/server/settings/setting-table';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const names = Object.keys(settingShapes);
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]);

test('the schema, the table of settings, .env.example and the operations page name the same settings', () => {
  expect(settingTable.map((one) => one.name)).toEqual(names);
  expect(found(read('.env.example'), /^# ([A-Z_]+)=/gm).sort()).toEqual([...names].sort());
  const page = read('docs/operations.md');
  expect(found(page, /^\| `([A-Z][A-Z_]+)`(?: \(secret\))? \| (?:`--[a-z-]+`)? ?\| .* \| .* \|$/gm)).toEqual(
    names,
  );
});

test('the operations page says which option, secret and older names a setting has', () => {
  const page = read('docs/operations.md');
  for (const { name, flag, secret, aliases } of settingTable) {
    const option = flag === null ? '' : `\`${flag.form.split(' ')[0]}\``;
    expect(page).toContain(`| \`${name}\`${secret ? ' (secret)' : ''} | ${option} |`);
    if (aliases.length > 0) {
      expect(page).toContain(`| \`${name}\` | ${aliases.map((one) => `\`${one}\``).join(', ')} |`);
    }
  }
});

test('.env.example changes nothing as it is, and is taken with every line in force', () => {
  const example = read('.env.example');
  expect(parseEnv(example)).toEqual({});
  const texts = parseEnv(example.replace(/^# ([A-Z_]+=)/gm, '$1'));
  const gathered = gatherSettings([{ where: '.env', texts }], () => '');
  expect(gathered.given.size).toBe(names.length);
  expect(parseSettings(gathered).warnings).toEqual([]);
});
