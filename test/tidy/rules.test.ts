// The repository rules, tried on small files that break them.

import { describe, expect, test } from 'vitest';
import { wrongBehaviours } from './behaviour-table.ts';
import { wrongFaultCases } from './fault-cases.ts';
import { borderCrossings, importsOfTests, wrongImports } from './layers.ts';
import { deadLinks, deadPaths } from './links.ts';
import { impurities } from './purity.ts';
import { longFiles, longFunctions, longLines } from './sizes.ts';
import { parseSource } from './source.ts';
import { quotesOf, rulesDefinedTwice, rulesWithoutTest, specRules, unknownQuotes } from './spec-rules.ts';
import { emptyFileNames, leftoverNotes, registryHosts, switchedTests } from './words.ts';

const core = 'packages/engine/src/core/plan.ts';

describe('layers', () => {
  test.each([
    ['core takes from shared', core, '@tidesync/shared/ids', 0],
    ['core takes its own', core, './entry.ts', 0],
    ['core does not take a port', core, '../ports/disk.ts', 1],
    ['nor by its public name', core, '@tidesync/engine/ports/disk', 1],
    ['nor a package that acts', core, 'better-sqlite3', 1],
    ['a package in a folder of its own counts too', core, 'zod/v4', 0],
    ['shell does not take an adapter', 'packages/engine/src/shell/round.ts', '../adapters/disk.ts', 1],
    ['only a composition root does', 'packages/engine/src/compose-engine.ts', './adapters/disk.ts', 0],
    ['a use-case does not know tRPC', 'apps/server/src/use-cases/commit.ts', '@trpc/server', 1],
    ['the command takes the server to start it', 'apps/cli/src/start.ts', '@tidesync/server/main', 0],
    ['a package may read its version', 'apps/server/src/main.ts', '../package.json', 0],
    ['a folder without a layer is told', 'packages/engine/src/odd/a.ts', '../core/entry.ts', 1],
    ['tests are free', 'packages/engine/src/core/plan.test.ts', '../adapters/disk.ts', 0],
  ])('%s', (_why, path, specifier, findings) => {
    expect(wrongImports(parseSource(path, `import { a } from '${specifier}';\nexport { a };`))).toHaveLength(
      findings,
    );
  });

  test.each([
    ['re-export', `export { a } from '../ports/a.ts';`],
    ['export of all', `export * from '../ports/a.ts';`],
    ['dynamic import', `export const a = import('../ports/a.ts');`],
    ['type in place', `export type A = import('../ports/a.ts').A;`],
    ['type import', `import type { A } from '../ports/a.ts'; export type B = A;`],
  ])('sees a %s', (_kind, text) => expect(wrongImports(parseSource(core, text))).toHaveLength(1));

  test('the one import between apps is a type', () => {
    const cli = (kind: string) => `import ${kind} { AppRouter } from '@tidesync/server/api/router';`;
    expect(wrongImports(parseSource('apps/cli/src/client.ts', cli('type')))).toEqual([]);
    expect(wrongImports(parseSource('apps/cli/src/client.ts', cli('')))).toHaveLength(1);
  });

  test('a relative import stays in its package', () => {
    const text = `import { a } from '../../../shared/src/ids.ts';`;
    expect(borderCrossings(parseSource('packages/engine/src/core/a.ts', text))).toHaveLength(1);
    expect(
      borderCrossings(parseSource('test/a.test.ts', `import '../packages/shared/src/ids.ts';`)),
    ).toHaveLength(1);
  });

  test('what is for tests is imported by tests', () => {
    const text = `import { memDisk } from '../testing/mem-disk.ts';`;
    expect(importsOfTests(parseSource('packages/engine/src/shell/a.ts', text))).toHaveLength(1);
    expect(importsOfTests(parseSource('packages/engine/src/shell/a.test.ts', text))).toEqual([]);
  });
});

test.each([
  ['Date.now()', 1],
  ['new Date()', 1],
  ['new Date(nowMs)', 0],
  ['Math.random()', 1],
  ['setTimeout(go, 1)', 1],
  ['process.pid', 1],
  ['clock.now()', 0],
  ['"Date.now()" // Date.now()', 0],
])('core with %s has %i findings', (expression, findings) => {
  expect(impurities(parseSource(core, `export const a = ${expression};`))).toHaveLength(findings);
});

test('sizes are measured', () => {
  const body = 'go();\n'.repeat(69);
  expect(longFunctions(parseSource(core, `function f() {\n${body}}`))).toHaveLength(1);
  expect(longFunctions(parseSource(core, `function f() {\n${body.slice(6)}}`))).toEqual([]);
  expect(
    longFunctions(parseSource(core, `function f() {\nfunction g() {\n${body.slice(6)}}\ngo();\n}`)),
  ).toEqual([]);
  expect(longFunctions(parseSource(core, `function f() {\neach(() => {\n${body}})\n}`))).toHaveLength(2);
  expect(longFiles(parseSource(core, 'go();\n'.repeat(401)))).toHaveLength(1);
  expect(longLines(parseSource(core, `// ${'é'.repeat(118)}`))).toHaveLength(1);
});

test('words are found where they count', () => {
  expect(emptyFileNames(['a/path-utils.ts', 'a/helpers/b.ts', 'a/utilization.ts'])).toHaveLength(2);
  expect(leftoverNotes(parseSource(core, `/* ${'FIX'}ME later */ export const a = 'XXX';`))).toHaveLength(1);
  const tests = `test.only('a', go); describe.concurrent.skip('b', go); test.skipIf(win)('c', go); page.skip();`;
  expect(switchedTests(parseSource('a.test.ts', tests))).toHaveLength(2);
  expect(registryHosts('a.yaml', `resolved: https://${'registry'}.npmjs.org/zod`)).toHaveLength(1);
});

test('links are followed from their page', () => {
  const page =
    '[a](b.md#part) [c](/docs/d.md) [e](https://f.invalid) `[g](h)`\n```\n[i](j)\n```\n[k]: ../l.md';
  const has = (target: string) => target === 'docs/b.md' || target === 'docs/d.md';
  expect(deadLinks('docs/a.md', page, has).map(({ line }) => line)).toEqual([5]);
});

test('paths are looked for where they are named', () => {
  const page = '`apps/cli/src/gone.ts` `docs/there.md` `packages/*/src` `other/x.ts`\n`test/gone/`';
  const has = (target: string) => target === 'docs/there.md';
  expect(deadPaths('docs/a.md', page, has).map(({ line }) => line)).toEqual([1, 2]);
});

test('rules and titles are matched both ways', () => {
  const rules = specRules(
    'docs/spec/sync.md',
    '- **Q1** one\n- **Q2** two\n- **Q1** again\n- **bold** no rule',
  );
  const quotes = quotesOf(parseSource('a.test.ts', `test('[Q1] [Q9] title, as in [Q8]', go);`));
  expect(rulesDefinedTwice(rules).map(({ line }) => line)).toEqual([3]);
  expect(rulesWithoutTest(rules, quotes).map(({ line }) => line)).toEqual([2]);
  expect(unknownQuotes(rules, quotes).map(({ what }) => what.slice(0, 11))).toEqual(['quotes [Q9]']);
});

describe('behaviours', () => {
  const read = (file: string) => (file === 'a.test.ts' ? "test('holds', () => {})" : null);
  test.each([
    ['a rule and a test that are there', '| it holds | S1 | real: [a](../a.test.ts) "holds" |', 0],
    ['a rule that is not', '| it holds | S1, S2 | [a](../a.test.ts) "holds" |', 1],
    ['no rule', '| it holds |  | [a](../a.test.ts) "holds" |', 1],
    ['a second title that is not', '| it holds | S1 | [a](../a.test.ts) "holds", "breaks" |', 1],
    ['a file that is not', '| it holds | S1 | [b](../b.test.ts) "holds" |', 1],
    ['no test', '| it holds | S1 | it just does |', 1],
    ['the head of the table', '| behaviour | rules | shown by |', 0],
  ])('%s', (_what, row, count) => {
    expect(wrongBehaviours('x.md', row, { read, rules: new Set(['S1']) })).toHaveLength(count);
  });
});

describe('fault cases', () => {
  const rows = (last: string) =>
    Array.from({ length: 42 }, (_, n) => {
      const shown = n === 41 ? last : 'open: not tried';
      return `| ${String(n + 1).padStart(2, '0')} | it breaks | it holds | ${shown} |`;
    }).join('\n');
  const read = (file: string) => (file === 'a.test.ts' ? "test('holds', () => {})" : null);

  test.each([
    ['a test that is there', '[a](../a.test.ts) "holds" |', 0],
    ['a title that is not', '[a](../a.test.ts) "breaks" |', 1],
    ['a file that is not', '[b](../b.test.ts) "holds" |', 1],
    ['neither a test nor a reason', '', 1],
    ['a reason', 'later: there is no such thing yet', 0],
  ])('%s', (_what, last, count) => {
    expect(wrongFaultCases('x.md', rows(last), read)).toHaveLength(count);
  });
  test('each is there once', () => {
    expect(wrongFaultCases('x.md', '| 01 | a | b | open: c |', read)).toHaveLength(41);
  });
});
