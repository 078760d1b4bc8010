/** One breach of a repository rule. `line` counts from 1. */
export type Finding = { path: string; line: number; what: string };

/** Fails the running test with one `path:line what` per finding. */
export function expectNone(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const list = findings.map(({ path, line, what }) => `  ${path}:${line} ${what}`);
  throw new Error(`${findings.length} to put right:\n${list.join('\n')}`);
}
