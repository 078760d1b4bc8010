import { usedBytesOf } from '../clients/stored-parts.ts';
import { check, number, same } from '../figures.ts';
import { measure } from '../world/measure.ts';
import type { Scenario } from './scenario.ts';
import { directThroughput, filesOf, ownersWithFile, quotaChecks, transferFigures } from './transfers.ts';

const MB = 1_000_000;

function uploads(name: string, shapeOf: ShapeOf): Scenario {
  return {
    name,
    title(scale) {
      const { count, sizeBytes } = shapeOf(scale);
      return `${count} user${count === 1 ? '' : 's'} uploading ${sizeBytes / MB} MB each at once`;
    },
    async run(world, scale) {
      const { count, sizeBytes } = shapeOf(scale);
      const owners = await ownersWithFile(world, count, sizeBytes);
      const prepared = await world.clients.prepare(
        'upload',
        owners.map(({ input }) => input),
      );
      const { value: outputs, ...measured } = await measure(world, () => prepared.go());
      const files = filesOf(outputs);
      const contentBytes = count * sizeBytes;
      const figures = transferFigures(
        files,
        contentBytes,
        outputs.map(({ times }) => times),
      );
      const own = figures[0]?.is === 'number' ? figures[0].value : 0;
      const direct = await directThroughput(world, { direction: 'up', sizeBytes, count });
      const used = owners.map(({ account }, n) => {
        const usedBytes = (outputs[n]?.files ?? []).reduce((sum, file) => sum + usedBytesOf(file), 0);
        return { account, usedBytes };
      });
      const committed = files.filter((file) => file.is === 'committed').length;
      return {
        figures: [
          ...figures,
          number('straight to the store', direct, 'MB/s'),
          number('of that, with Tidesync', own / direct, '×'),
        ],
        checks: [same('files committed', committed, count), ...(await quotaChecks(world, used))],
        measured,
        units: { what: 'file', count },
        contentBytes,
      };
    },
  };
}

type ShapeOf = (scale: Parameters<Scenario['title']>[0]) => {
  readonly count: number;
  readonly sizeBytes: number;
};

export const uploadScenario = uploads('upload', (scale) => ({
  count: scale.uploads,
  sizeBytes: scale.fileBytes,
}));

export const largeFileScenario = uploads('large-file', (scale) => ({
  count: 1,
  sizeBytes: scale.largeFileBytes,
}));

export const downloadScenario: Scenario = {
  name: 'download',
  title: ({ downloads, fileBytes }) => `${downloads} downloads of ${fileBytes / MB} MB at once`,
  async run(world, { downloads: count, fileBytes: sizeBytes }) {
    const owners = await ownersWithFile(world, count, sizeBytes);
    const inputs = owners.map(({ input }) => input);
    const sent = filesOf(await (await world.clients.prepare('upload', inputs)).go());
    const wanted = sent.map(({ contentId, seed }, n) => {
      // Another server than the one it was sent through, where there are two.
      const { libraryId } = inputs[n] as (typeof inputs)[number];
      const { device } = inputs[(n + 1) % inputs.length] as (typeof inputs)[number];
      const own = inputs[n] as (typeof inputs)[number];
      return { device: { url: device.url, token: own.device.token }, libraryId, seed, sizeBytes, contentId };
    });
    const prepared = await world.clients.prepare('download', wanted);
    const { value: outputs, ...measured } = await measure(world, () => prepared.go());
    const contentBytes = count * sizeBytes;
    const figures = transferFigures(
      outputs,
      contentBytes,
      outputs.map(({ times }) => times),
    );
    const own = figures[0]?.is === 'number' ? figures[0].value : 0;
    const rightBytes = outputs.reduce((sum, output) => sum + output.rightBytes, 0);
    const peer =
      world.backing.kind === 'embedded'
        ? []
        : await (async () => {
            const direct = await directThroughput(world, { direction: 'down', sizeBytes, count });
            return [
              number('straight from the store', direct, 'MB/s'),
              number('of that, with Tidesync', own / direct, '×'),
            ];
          })();
    return {
      figures: [...figures, ...peer],
      checks: [
        check(
          'every byte is the one that was sent',
          rightBytes === contentBytes,
          `${rightBytes} bytes right`,
        ),
      ],
      measured,
      units: { what: 'file', count },
      contentBytes,
    };
  },
};
