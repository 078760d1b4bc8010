import { Button, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { limits } from '@tidesync/shared/limits';
import type { DeviceSettings, DeviceSettingsChange } from '@tidesync/shared/wire/device-settings';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useState } from 'react';
import { useOrder } from './ask.tsx';
import { useStatus } from './connection.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

const MB = 1_000_000;

/** How fast this device may send and fetch, and when it does not. */
export function TransferSettings() {
  const words = useWords();
  const { device } = useStatus();
  const change = useOrder((wanted: DeviceSettingsChange) => engine.device.change.mutate(wanted));
  return (
    <Stack gap="md">
      <Text c="dimmed">{words('settings.transferWhy')}</Text>
      <LimitsForm key={`${device.uploadLimit} ${device.downloadLimit}`} now={device} />
      <Stack gap="xs">
        <Switch
          label={words('settings.onBattery')}
          checked={device.onBattery === 'pause'}
          onChange={(event) => change.mutate({ onBattery: event.currentTarget.checked ? 'pause' : 'sync' })}
        />
        <Switch
          label={words('settings.onMetered')}
          checked={device.onMetered === 'pause'}
          onChange={(event) => change.mutate({ onMetered: event.currentTarget.checked ? 'pause' : 'sync' })}
        />
        <Text size="xs" c="dimmed">
          {words('settings.unknown')}
        </Text>
      </Stack>
    </Stack>
  );
}

function LimitsForm({ now }: { now: DeviceSettings }) {
  const words = useWords();
  const formats = useFormats();
  const [up, setUp] = useState(shown(now.uploadLimit));
  const [down, setDown] = useState(shown(now.downloadLimit));
  const wanted = { uploadLimit: bytesOf(up), downloadLimit: bytesOf(down) };
  const save = useOrder(() => engine.device.change.mutate(wanted));
  const isSame = wanted.uploadLimit === now.uploadLimit && wanted.downloadLimit === now.downloadLimit;
  const problemOf = (bytes: number | null) =>
    bytes !== null && bytes < limits.speedLimitBytesMin
      ? words('settings.slowest', { speed: formats.speed(limits.speedLimitBytesMin) })
      : null;
  const problems = [problemOf(wanted.uploadLimit), problemOf(wanted.downloadLimit)] as const;
  const field = {
    placeholder: words('settings.unlimited'),
    suffix: ` ${words('settings.perSecond')}`,
    min: 0,
    max: limits.speedLimitBytesMax / MB,
    decimalScale: 3,
    w: 180,
  };
  return (
    <Group align="flex-start" gap="sm">
      <NumberInput
        {...field}
        label={words('settings.uploadLimit')}
        value={up}
        onChange={setUp}
        error={problems[0]}
      />
      <NumberInput
        {...field}
        label={words('settings.downloadLimit')}
        value={down}
        onChange={setDown}
        error={problems[1]}
      />
      <Button
        size="sm"
        variant="default"
        mt={19}
        disabled={isSame || problems.some((one) => one !== null)}
        loading={save.isPending}
        onClick={() => save.mutate(undefined)}
      >
        {words('settings.save')}
      </Button>
    </Group>
  );
}

const shown = (bytes: number | null): number | string => (bytes === null ? '' : bytes / MB);
/** Empty and nought are both no limit. */
const bytesOf = (typed: number | string): number | null => {
  const bytes = Math.round(Number(typed) * MB);
  return bytes > 0 ? bytes : null;
};
