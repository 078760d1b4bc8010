import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export interface MessageProps {
  readonly title: string;
  readonly icon?: ReactNode;
  /** A sentence or two. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What fills a place where nothing else can be shown: a sentence, and what to do. */
export function Message({ title, icon, children, actions }: MessageProps) {
  return (
    <div className="ts-message">
      {icon === undefined ? null : <div className="ts-message-icon">{icon}</div>}
      <Title order={2}>{title}</Title>
      {typeof children === 'string' ? <Text c="dimmed">{children}</Text> : children}
      {actions === undefined ? null : (
        <Group gap="xs" mt="xs">
          {actions}
        </Group>
      )}
    </div>
  );
}
