import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlayerPause } from '@tabler/icons-react';
import { useFormats } from '@tidesync/ui/words.tsx';
import { useOrder } from './ask.tsx';
import { engine } from './engine.ts';
import { useWords } from './words.ts';

const MINUTE_MS = 60_000;
/** As the tray has them. */
const PAUSES_MS = [30 * MINUTE_MS, 120 * MINUTE_MS, 480 * MINUTE_MS] as const;

export function usePauses(path: string): { label: string; pause: () => void }[] {
  const words = useWords();
  const formats = useFormats();
  const pause = useOrder((untilMs: number | null) => engine.folders.pause.mutate({ path, untilMs }));
  return [
    ...PAUSES_MS.map((forMs) => ({
      label: words('home.pauseFor', { time: formats.duration(forMs) }),
      pause: () => pause.mutate(Date.now() + forMs),
    })),
    { label: words('home.pauseOpen'), pause: () => pause.mutate(null) },
  ];
}

/** Pauses one folder or all, for a time after which they go on by themselves. */
export function PauseMenu({ path }: { path: string }) {
  const words = useWords();
  const pauses = usePauses(path);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={15} />}
          rightSection={<IconChevronDown size={14} />}
        >
          {words('home.pause')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {pauses.map(({ label, pause }) => (
          <Menu.Item key={label} onClick={pause}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
