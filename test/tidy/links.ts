import path from 'node:path';
import type { Finding } from './finding.ts';

const inlineLink = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const definedLink = /^\s*\[[^\]]+\]:\s+(\S+)/g;

/**
 * Links of a Markdown page that lead to no file.
 * @param has whether a path of the repository exists
 */
export function deadLinks(file: string, text: string, has: (target: string) => boolean): Finding[] {
  let fenced = false;
  return text.split('\n').flatMap((content, index) => {
    if (/^\s*(```|~~~)/.test(content)) fenced = !fenced;
    if (fenced) return [];
    const prose = content.replace(/`[^`]*`/g, '');
    return [...prose.matchAll(inlineLink), ...prose.matchAll(definedLink)]
      .map((match) => match[1] ?? '')
      .filter((link) => !leadsSomewhere(file, link, has))
      .map((link) => ({ path: file, line: index + 1, what: `links to ${link}, which is not there` }));
  });
}

function leadsSomewhere(file: string, link: string, has: (target: string) => boolean): boolean {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return true;
  const target = decodeURIComponent(link.replace(/[?#].*$/, ''));
  if (target === '') return true;
  return has(target.startsWith('/') ? target.slice(1) : path.posix.join(path.posix.dirname(file), target));
}

const namedPath = /`((?:apps|packages|docs|drizzle|test|tools|bench)\/[\w./-]+)`/g;

/**
 * Paths that a Markdown page names as code and that are not there (any more).
 * @param has whether a path of the repository exists
 */
export function deadPaths(file: string, text: string, has: (target: string) => boolean): Finding[] {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(namedPath)]
      .map((match) => match[1] ?? '')
      .filter((named) => !has(named))
      .map((named) => ({ path: file, line: index + 1, what: `names ${named}, which is not there` })),
  );
}
