// The rules that the repository keeps about itself. Each test lists what breaks its rule, as path:line.

import { describe, test } from 'vitest';
import { wrongBehaviours } from './tidy/behaviour-table.ts';
import { wrongFaultCases } from './tidy/fault-cases.ts';
import type { Finding } from './tidy/finding.ts';
import { expectNone } from './tidy/finding.ts';
import { borderCrossings, importsOfTests, wrongImports } from './tidy/layers.ts';
import { deadLinks, deadPaths } from './tidy/links.ts';
import { impurities } from './tidy/purity.ts';
import { readRepoFile, repoFiles, repoHas } from './tidy/repo-files.ts';
import { longFiles, longFunctions, longLines } from './tidy/sizes.ts';
import type { Source } from './tidy/source.ts';
import { isTest, parseSource } from './tidy/source.ts';
import {
  quotesOf,
  rulesDefinedTwice,
  rulesWithoutTest,
  specRules,
  unknownQuotes,
} from './tidy/spec-rules.ts';
import { emptyFileNames, leftoverNotes, registryHosts, switchedTests } from './tidy/words.ts';

const files = repoFiles();
const sources = files
  .filter((file) => /^(packages|apps|test|tools|bench)\/.*\.(ts|tsx|mjs)$/.test(file))
  .map((file) => parseSource(file, readRepoFile(file)));
const products = sources.filter(({ path }) => /^(packages|apps)\/[^/]+\/src\//.test(path));

function inEach(some: readonly Source[], rule: (source: Source) => Finding[]): Finding[] {
  return some.flatMap((source) => rule(source));
}

describe('imports', () => {
  test('go one way, from layer to layer', () => expectNone(inEach(products, wrongImports)));
  test('cross a package border by name only', () => expectNone(inEach(sources, borderCrossings)));
  test('of tests and of what is for tests are left to tests', () =>
    expectNone(inEach(sources, importsOfTests)));
});

test('what decides has no clock, no chance and no environment', () =>
  expectNone(inEach(products, impurities)));

describe('sizes', () => {
  test('no source file has more than 400 lines', () => expectNone(inEach(sources, longFiles)));
  test('no line of the product has more than 120 columns', () => expectNone(inEach(products, longLines)));
  test('no function has more than 70 lines', () => expectNone(inEach(sources, longFunctions)));
});

describe('words', () => {
  test('every file name says what is in it', () => expectNone(emptyFileNames(files)));
  test('no note to oneself is left', () => expectNone(inEach(sources, leftoverNotes)));
  test('no test is switched off or alone', () => expectNone(inEach(sources, switchedTests)));
  test('no file names the host of a package registry', () => {
    const texts = files.filter((file) => !/\.(png|ico|icns|jpg|woff2|sqlite|db|gz|zip)$/.test(file));
    expectNone(texts.flatMap((file) => registryHosts(file, readRepoFile(file))));
  });
});

test('every link of a Markdown page leads to a file', () => {
  const pages = files.filter((file) => file.endsWith('.md'));
  expectNone(pages.flatMap((file) => deadLinks(file, readRepoFile(file), repoHas)));
});

test('every path that a Markdown page names is there', () => {
  const pages = files.filter((file) => file.endsWith('.md'));
  expectNone(pages.flatMap((file) => deadPaths(file, readRepoFile(file), repoHas)));
});

test('every case of docs/fault-cases.md names tests that are there', () => {
  const page = 'docs/fault-cases.md';
  const read = (file: string) => (repoHas(file) ? readRepoFile(file) : null);
  expectNone(wrongFaultCases(page, readRepoFile(page), read));
});

test.each(['docs/behaviour.md', 'docs/invariants.md'])(
  'every row of %s names rules and tests that are there',
  (page) => {
    const specs = files.filter((file) => /^docs\/spec\/.*\.md$/.test(file));
    const rules = new Set(specs.flatMap((file) => specRules(file, readRepoFile(file)).map(({ id }) => id)));
    const read = (file: string) => (repoHas(file) ? readRepoFile(file) : null);
    expectNone(wrongBehaviours(page, readRepoFile(page), { read, rules }));
  },
);

describe('rules of docs/spec', () => {
  const pages = files.filter((file) => /^docs\/spec\/.*\.md$/.test(file));
  const rules = pages.flatMap((file) => specRules(file, readRepoFile(file)));
  // Contract suites hold their titles in files that are no *.test.ts themselves.
  const suites = sources.filter(
    ({ path }) => isTest(path) || /^test\/|\/testing\/|-contract\.ts$/.test(path),
  );
  const quotes = suites
    .filter(({ path }) => !path.startsWith('test/tidy'))
    .flatMap((suite) => quotesOf(suite));

  test('have each an id of their own', () => expectNone(rulesDefinedTwice(rules)));
  test('are each quoted by a test', () => expectNone(rulesWithoutTest(rules, quotes)));
  test('exist when a test quotes them', () => {
    if (repoHas('docs/spec')) expectNone(unknownQuotes(rules, quotes));
  });
});
