import { check, number, spanSeconds, times } from '../figures.ts';
import { measure } from '../world/measure.ts';
import type { Scenario } from './scenario.ts';

const PASSWORD = 'correct horse battery';

/** Passwords are meant to cost time, so this is bound by the processor whatever the database does. */
export const signInScenario: Scenario = {
  name: 'sign-in',
  title: ({ signIns }) => `${signIns} users signing in with their passwords at once`,
  async run(world, { signIns: count }) {
    const accounts = await world.seeds.accounts(count, { limitBytes: 0, devices: 0, password: PASSWORD });
    const inputs = accounts.map(({ email }, n) => {
      const server = world.servers[n % world.servers.length];
      return { url: server?.url ?? '', email, password: PASSWORD };
    });
    const prepared = await world.clients.prepare('sign-in', inputs);
    const { value: outputs, ...measured } = await measure(world, () => prepared.go());
    const sentAway = outputs.reduce((sum, output) => sum + output.sentAway, 0);
    return {
      figures: [
        number('sign-ins', count / spanSeconds(outputs), '/s'),
        times(
          'a sign-in, with its waits',
          outputs.map(({ beganMs, endedMs }) => endedMs - beganMs),
        ),
        number('told to come back later', sentAway, 'times'),
      ],
      checks: [check('everyone is signed in', outputs.length === count, `${outputs.length}`)],
      measured,
      units: { what: 'sign-in', count },
      contentBytes: 0,
    };
  },
};
