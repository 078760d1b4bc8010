// `npm run docs:problems`: writes docs/problems.md out of the words that the windows show. A test compares the two.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { troublesEn } from '@tidesync/desktop/renderer/words/troubles-en';
import { catalogue } from '@tidesync/shared/problems';
import { problemsEn } from '@tidesync/ui/words/problems-en';

const HEAD = `# What the codes mean

Windows and commands say what is wrong and what cures it in a sentence, and name a code. It is the same in every language
and in what \`--json\` writes. Here is each of them; \`…\` stands for a name, a size or a time. What helps beyond that is in
the [guide](guide.md).
`;
const PATHS = `
## Why a path is not synced

\`tidesync why PATH\` and the screen Problems say one of these. [The guide](guide.md#when-a-path-is-not-synced) has the other
answers of \`why\`, which are no problems.
`;
const CALLS = `
## Why something could not be done
`;

/** The page, in the order of the codes' names. Each code has its own address: \`#CODE\`. */
export function problemsPage(): string {
  const troubles = Object.entries(troublesEn).flatMap(([code, words]) =>
    'title' in words ? [section(code, `${words.title}.`, words.cure)] : [],
  );
  const problems = Object.entries(problemsEn).flatMap(([code, words]) =>
    'what' in words ? [section(code, words.what, words.cure)] : [],
  );
  const others = Object.keys(catalogue).filter((code) => !(code in problemsEn));
  const rest =
    others.length === 0
      ? ''
      : `\nSaid in the words of the program that reports them: ${others.map(quoted).join(', ')}.\n`;
  return [HEAD, PATHS, ...troubles, CALLS, ...problems, rest].join('');
}

function section(code: string, what: string, cure: string): string {
  // A code of both kinds comes twice; that of paths has the plain address.
  return `\n### \`${code}\`\n\n${shown(what)}${cure === '' ? '' : ` _${shown(cure)}_`}\n`;
}
const quoted = (code: string) => `\`${code}\``;
const shown = (words: string) => words.replaceAll(/\{\{\w+\}\}/g, '…').replaceAll(/\.\.$/g, '.');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(import.meta.dirname, '..', 'docs/problems.md');
  writeFileSync(file, problemsPage());
}
