import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { LibraryId, OpId } from '@tidesync/shared/ids';
import { newFolder } from '../clients/commit-task.ts';
import type { DeviceAccess } from '../clients/connected-device.ts';
import { connectDevice } from '../clients/connected-device.ts';
import type { ListenInput, ListenOutput } from '../clients/listen-task.ts';
import { number, same, times } from '../figures.ts';
import { machineMs } from '../monotonic.ts';
import type { Scale } from '../scale.ts';
import { measure } from '../world/measure.ts';
import { residentBytes } from '../world/process-use.ts';
import type { World } from '../world/world.ts';
import { accessOf } from '../world/world.ts';
import type { Scenario } from './scenario.ts';

const DEVICES_PER_ACCOUNT = 10;
const KB = 1_000;

/** Devices of many members of one library, dealt out to the servers; one of them commits. */
export const ringScenario: Scenario = {
  name: 'ring',
  title: ({ listeners, rings }) => `${listeners} devices connected, and rung for ${rings} commits`,
  async run(world, scale) {
    const { inputs, committer, libraryId } = await listeners(world, scale);
    const before = await serverBytes(world);
    const heard = new Heard(scale.listeners);
    const prepared = await world.clients.prepare('listen', inputs, ({ headSeq }) => heard.note(headSeq));
    const connectedBytes = (await serverBytes(world)) - before;
    const quiet = await measure(world, () => pause(scale.quietMs));
    const { value, ...measured } = await measure(world, async () => {
      const ringing = ring(committer, { libraryId, rings: scale.rings, heard });
      const [outputs, sent] = await Promise.all([prepared.go(), ringing]);
      return { outputs, sent };
    });
    const { outputs, sent } = value;
    const quietCpu = quiet.uses
      .filter(({ name }) => name.startsWith('server'))
      .reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    return {
      figures: [
        ...bellFigures(world, outputs, sent),
        times(
          'connecting, to the first bell',
          outputs.map(({ connectMs }) => connectMs),
        ),
        number(
          'streams that broke off and came back',
          outputs.reduce((sum, { lost }) => sum + lost, 0),
          '',
        ),
        number('memory of the servers per connected device', connectedBytes / scale.listeners / KB, 'kB'),
        number('one core, while all are silent', (100 * quietCpu) / quiet.seconds, '%'),
      ],
      checks: [
        same(
          'every device was rung for every commit',
          outputs.reduce((sum, { bells }) => sum + new Set(bells.map(({ headSeq }) => headSeq)).size, 0),
          scale.listeners * scale.rings,
        ),
      ],
      measured,
      units: { what: 'bell', count: scale.listeners * scale.rings },
      contentBytes: 0,
    };
  },
};

async function serverBytes(world: World): Promise<number> {
  const all = await Promise.all(world.servers.map(({ pid }) => residentBytes(pid)));
  return all.reduce((sum, bytes) => sum + bytes, 0);
}

async function listeners(world: World, scale: Scale) {
  const count = Math.ceil(scale.listeners / DEVICES_PER_ACCOUNT);
  const [owner] = await world.seeds.accounts(1, { limitBytes: 0, devices: 1 });
  const members = await world.seeds.accounts(count, { limitBytes: 0, devices: DEVICES_PER_ACCOUNT });
  if (owner === undefined) throw new Error('no account was made');
  const libraryId = await world.seeds.library(owner, members);
  const tokens = members.flatMap((member) => member.tokens).slice(0, scale.listeners);
  const inputs = tokens.map(
    (token, n): ListenInput => ({
      device: accessOf(world, token, n),
      libraryId,
      untilHeadSeq: scale.rings,
    }),
  );
  return { inputs, committer: accessOf(world, owner.tokens[0] as string, 0), libraryId };
}

/** Counts the devices that have heard of a head. */
class Heard {
  readonly #devices: number;
  readonly #counts = new Map<number, number>();
  #wake: () => void = () => undefined;

  constructor(devices: number) {
    this.#devices = devices;
  }

  note(headSeq: number): void {
    this.#counts.set(headSeq, (this.#counts.get(headSeq) ?? 0) + 1);
    this.#wake();
  }

  async byAll(headSeq: number): Promise<void> {
    while ((this.#counts.get(headSeq) ?? 0) < this.#devices) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

interface Sent {
  readonly headSeq: number;
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** One commit after the other, each when all have heard of the one before. */
async function ring(
  device: DeviceAccess,
  {
    libraryId,
    rings,
    heard,
  }: { readonly libraryId: LibraryId; readonly rings: number; readonly heard: Heard },
): Promise<Sent[]> {
  const { server } = connectDevice(device);
  const sent: Sent[] = [];
  for (let n = 0; n < rings; n++) {
    const sentMs = machineMs();
    const { headSeq } = await server.commit({
      libraryId,
      opId: randomUUID() as OpId,
      ops: [newFolder(libraryId)],
    });
    sent.push({ headSeq, sentMs, answeredMs: machineMs() });
    await heard.byAll(headSeq);
  }
  return sent;
}

/** From the moment at which the commit was sent. */
function bellFigures(world: World, outputs: readonly ListenOutput[], sent: readonly Sent[]) {
  const sentMs = new Map(sent.map((one) => [one.headSeq, one.sentMs]));
  const waits = (of: readonly ListenOutput[]) =>
    of.flatMap(({ bells }) => bells.map(({ headSeq, atMs }) => atMs - (sentMs.get(headSeq) ?? 0)));
  const count = world.servers.length;
  const perServer = world.servers.map((_, n) => {
    const where = n === 0 ? 'at the server that took the commit' : `at server ${n + 1}`;
    return times(`· ${where}`, waits(outputs.filter((_, index) => index % count === n)));
  });
  const last = sent.map(({ headSeq, sentMs: from }) => {
    const bells = outputs.flatMap((output) => output.bells.filter((bell) => bell.headSeq === headSeq));
    return Math.max(...bells.map(({ atMs }) => atMs)) - from;
  });
  return [
    times('from commit to bell, each device', waits(outputs)),
    ...(count > 1 ? perServer : []),
    times('from commit to the last bell', last),
    times(
      "the commit's own answer",
      sent.map((one) => one.answeredMs - one.sentMs),
    ),
  ];
}
