import { Text, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconFileSearch } from '@tabler/icons-react';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import { Bar } from '@tidesync/ui/quota-bar.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useStatus } from './connection.tsx';
import { useWords } from './words.ts';

type Transfer = RootStatus['transfers'][number];
type Reading = RootStatus['readings'][number];

/** What moves at the moment, file by file, and how fast all of it goes. */
export function Transfers({ roots }: { roots: readonly RootStatus[] }) {
  const words = useWords();
  const transfers = roots.flatMap((root) =>
    root.transfers.map((transfer) => ({
      key: `${root.rootId} ${transfer.direction} ${transfer.path}`,
      transfer,
    })),
  );
  const readings = roots.flatMap((root) =>
    root.readings.map((reading) => ({ key: `${root.rootId} reading ${reading.path}`, reading })),
  );
  if (transfers.length + readings.length === 0) return null;
  return (
    <section aria-labelledby="transfers">
      <div className="td-section-head">
        <Title order={2} id="transfers">
          {words('transfers.title')}
        </Title>
        <Text size="xs" c="dimmed" data-testid="throughput">
          {transfers.length > 0 && <Throughput roots={roots} />}
        </Text>
      </div>
      <ul className="td-transfers">
        {transfers.map(({ key, transfer }) => (
          <TransferRow key={key} transfer={transfer} />
        ))}
        {readings.map(({ key, reading }) => (
          <ReadingRow key={key} reading={reading} />
        ))}
      </ul>
    </section>
  );
}

function Throughput({ roots }: { roots: readonly RootStatus[] }) {
  const words = useWords();
  const kit = useKitWords();
  const formats = useFormats();
  const { device } = useStatus();
  const upBytes = total(roots.map(({ upBytesPerSecond }) => upBytesPerSecond));
  const downBytes = total(roots.map(({ downBytesPerSecond }) => downBytesPerSecond));
  const leftBytes = total(roots.map(({ waitingBytes }) => waitingBytes)) ?? 0;
  const speed = (upBytes ?? 0) + (downBytes ?? 0);
  const going = (way: 'up' | 'down', bytes: number, limitBytes: number | null) => {
    const shown = { speed: formats.speed(bytes) };
    if (limitBytes === null) return words(`transfers.${way}`, shown);
    return words(`transfers.${way}Limited`, { ...shown, limit: formats.speed(limitBytes) });
  };
  const parts = [
    upBytes === null ? null : going('up', upBytes, device.uploadLimit),
    downBytes === null ? null : going('down', downBytes, device.downloadLimit),
    words('transfers.left', { size: formats.bytes(leftBytes) }),
    speed > 0 ? kit('time.left', { time: formats.duration((leftBytes / speed) * 1_000) }) : null,
  ];
  return <>{parts.filter((part) => part !== null).join(' · ')}</>;
}

function total(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
}

function TransferRow({ transfer }: { transfer: Transfer }) {
  const words = useWords();
  const kit = useKitWords();
  const formats = useFormats();
  const { direction, doneBytes, totalBytes, bytesPerSecond } = transfer;
  const Arrow = direction === 'up' ? IconArrowUp : IconArrowDown;
  const isMoving = bytesPerSecond !== null && bytesPerSecond > 0;
  return (
    <li className="td-transfer">
      <Arrow
        size={16}
        color="var(--ts-busy)"
        role="img"
        aria-label={words(direction === 'up' ? 'transfers.sending' : 'transfers.receiving')}
      />
      <HowFar of={transfer} />
      <Text size="xs" className="ts-num td-transfer-speed" c="dimmed">
        {isMoving ? formats.speed(bytesPerSecond) : words('transfers.waiting')}
      </Text>
      <Text size="xs" className="ts-num td-transfer-left" c="dimmed">
        {isMoving
          ? kit('time.left', { time: formats.duration(((totalBytes - doneBytes) / bytesPerSecond) * 1_000) })
          : ''}
      </Text>
    </li>
  );
}

/** A large file is read from end to end before any of it goes. */
function ReadingRow({ reading }: { reading: Reading }) {
  const words = useWords();
  return (
    <li className="td-transfer">
      <IconFileSearch size={16} color="var(--ts-busy)" role="img" aria-label={words('transfers.reading')} />
      <HowFar of={reading} />
    </li>
  );
}

/** Name, bar and size. */
function HowFar({ of: { path, doneBytes, totalBytes } }: { of: Reading }) {
  const words = useWords();
  const kit = useKitWords();
  const formats = useFormats();
  const name = path.slice(path.lastIndexOf('/') + 1);
  const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
  return (
    <>
      <div className="ts-row-main">
        <Text className="ts-cut" title={path}>
          <bdi>{name}</bdi>
        </Text>
        <Bar share={share} tone="plain" label={words('transfers.progress', { name })} />
      </div>
      <Text size="xs" className="ts-num td-transfer-size">
        {kit('quota.line', { used: formats.bytes(doneBytes), limit: formats.bytes(totalBytes) })}
      </Text>
    </>
  );
}
