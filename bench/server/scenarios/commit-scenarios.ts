import type { CommitInput, CommitOutput } from '../clients/commit-task.ts';
import { check, number, spanSeconds, times } from '../figures.ts';
import type { Measured } from '../world/measure.ts';
import { measure } from '../world/measure.ts';
import type { World } from '../world/world.ts';
import { accessOf, firstDevice } from '../world/world.ts';
import type { Found, Scenario } from './scenario.ts';

const LIMIT_BYTES = 1_000_000;

export const commitsScenario: Scenario = {
  name: 'commits',
  title: ({ committers, commitsEach }) =>
    `${committers} libraries, ${commitsEach} commits of one folder in each, one after the other`,
  async run(world, { committers, commitsEach: commits }) {
    const accounts = await world.seeds.accounts(committers, { limitBytes: LIMIT_BYTES, devices: 1 });
    const inputs: CommitInput[] = [];
    for (const [n, account] of accounts.entries()) {
      const libraryId = await world.seeds.library(account);
      inputs.push({ device: firstDevice(world, account, n), libraryId, commits, opsPerCommit: 1 });
    }
    const { outputs, measured } = await commit(world, inputs);
    const gaps = outputs.filter(({ headSeqs }) => headSeqs.some((seq, n) => seq !== n + 1)).length;
    return foundOf(outputs, measured, [
      check("every library's history is without a gap", gaps === 0, `${gaps} have one`),
    ]);
  },
};

export const oneLibraryScenario: Scenario = {
  name: 'one-library',
  title: ({ committers, commitsEach }) =>
    `${Math.ceil(committers / 4)} devices committing one folder ${commitsEach} times to the same library`,
  async run(world, { committers, commitsEach: commits }) {
    const devices = Math.ceil(committers / 4);
    const [account] = await world.seeds.accounts(1, { limitBytes: LIMIT_BYTES, devices });
    if (account === undefined) throw new Error('no account was made');
    const libraryId = await world.seeds.library(account);
    const inputs = account.tokens.map(
      (token, n): CommitInput => ({
        device: accessOf(world, token, n),
        libraryId,
        commits,
        opsPerCommit: 1,
      }),
    );
    const { outputs, measured } = await commit(world, inputs);
    const heads = outputs.flatMap(({ headSeqs }) => headSeqs).sort((a, b) => a - b);
    const whole = heads.length === devices * commits && heads.every((seq, n) => seq === n + 1);
    return foundOf(outputs, measured, [
      check('every commit has its place in the history, without a gap', whole, `${heads.length} commits`),
    ]);
  },
};

async function commit(world: World, inputs: readonly CommitInput[]) {
  const prepared = await world.clients.prepare('commit', inputs);
  const { value: outputs, ...measured } = await measure(world, () => prepared.go());
  return { outputs, measured };
}

function foundOf(
  outputs: readonly CommitOutput[],
  measured: Omit<Measured<unknown>, 'value'>,
  checks: Found['checks'],
): Found {
  const all = outputs.flatMap(({ commitMs }) => commitMs);
  const askedAgain = outputs.reduce((sum, one) => sum + one.askedAgain, 0);
  const figures = [
    number('commits', all.length / spanSeconds(outputs), '/s'),
    times('a commit', all),
    number('asked again, the server being busy', askedAgain, 'times'),
  ];
  return { figures, checks, measured, units: { what: 'commit', count: all.length }, contentBytes: 0 };
}
