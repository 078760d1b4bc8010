import { Group, Text } from '@mantine/core';
import type { Quota } from '@tidesync/shared/wire/people';
import type { QuotaTone } from './quota-tone.ts';
import { quotaToneOf } from './quota-tone.ts';
import { useFormats, useKitWords } from './words.tsx';

/** How much of a quota is used: "42 GB of 50 GB", as a bar and in words. */
export function QuotaBar({ quota }: { quota: Quota }) {
  const words = useKitWords();
  const formats = useFormats();
  const { usedBytes, limitBytes, reservedBytes } = quota;
  const tone = quotaToneOf(quota);
  const share = limitBytes === 0 ? 1 : Math.min(1, usedBytes / limitBytes);
  const line = words('quota.line', { used: formats.bytes(usedBytes), limit: formats.bytes(limitBytes) });
  const freeBytes = Math.max(0, limitBytes - usedBytes - reservedBytes);
  const note = usedBytes >= limitBytes ? words('quota.full') : tone === 'plain' ? null : words('quota.near');
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="xs">{line}</Text>
        <Text size="xs" c="dimmed">
          {words('quota.free', { free: formats.bytes(freeBytes) })}
        </Text>
      </Group>
      <Bar share={share} tone={tone} label={`${words('quota.name')}: ${line}`} />
      {note === null ? null : (
        <Text size="xs" mt={4} c={tone === 'error' ? 'var(--ts-error)' : 'var(--ts-warn)'}>
          {note}
        </Text>
      )}
    </div>
  );
}

/** A share of something, from 0 to 1. */
export function Bar({ share, tone, label }: { share: number; tone: QuotaTone; label: string }) {
  const percent = Math.floor(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      className="ts-bar"
      data-tone={tone}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <span style={{ width: `${percent}%` }} />
    </div>
  );
}
