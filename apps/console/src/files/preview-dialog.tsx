import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { LibraryId } from '@tidesync/shared/ids';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { useEffect, useState } from 'react';
import { unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import type { FileState } from './download-entries.ts';
import { downloadFile } from './download-entries.ts';
import type { Preview } from './read-preview.ts';
import { readPreview } from './read-preview.ts';

interface PreviewProps {
  readonly libraryId: LibraryId;
  readonly files: readonly FileState[];
  readonly first: FileState;
  readonly onClose: () => void;
}

/** Shows what can be shown without running anything of it, file by file. */
export function PreviewDialog({ libraryId, files, first, onClose }: PreviewProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const formats = useFormats();
  const [state, show] = useState(first);
  const at = files.findIndex(({ entryId }) => entryId === state.entryId);
  const [previous, next] = [files[at - 1], files[at + 1]];
  const preview = useQuery({
    queryKey: ['preview', libraryId, state.contentId],
    queryFn: ({ signal }) => readPreview(libraryId, state, signal),
    gcTime: 0,
    retry: false,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="70rem"
      title={<bdi>{state.name}</bdi>}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Stack gap="sm">
        <div className="tc-preview">
          <Loaded query={preview} unanswered={unanswered()}>
            {(data) => <Content key={state.contentId} preview={data} state={state} />}
          </Loaded>
        </div>
        <Group justify="space-between" gap="xs">
          <Text c="dimmed">
            {formats.bytes(state.sizeBytes)} · {formats.dateTime(state.mtimeMs)}
          </Text>
          <Group gap="xs">
            <Button
              variant="default"
              disabled={previous === undefined}
              onClick={() => previous !== undefined && show(previous)}
            >
              {words('preview.previous')}
            </Button>
            <Button
              variant="default"
              disabled={next === undefined}
              onClick={() => next !== undefined && show(next)}
            >
              {words('preview.next')}
            </Button>
            <Button
              leftSection={<IconDownload size={16} aria-hidden="true" />}
              onClick={() => void downloadFile(libraryId, state)}
            >
              {words('files.download')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}

function Content({ preview, state }: { preview: Preview; state: FileState }) {
  const words = useConsoleWords();
  const formats = useFormats();
  const label = words('preview.content', { name: state.name });
  switch (preview.is) {
    case 'unknown':
      return <Text c="dimmed">{words('preview.unknown')}</Text>;
    case 'tooLarge':
      return <Text c="dimmed">{words('preview.tooLarge', { size: formats.bytes(state.sizeBytes) })}</Text>;
    case 'text':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section tabIndex={0} aria-label={label} className="tc-text">
          <pre dir="auto">
            {preview.text}
            {preview.isCut ? `\n… ${words('preview.cut')}` : ''}
          </pre>
        </section>
      );
    case 'image':
      return <BlobImage blob={preview.blob} label={label} />;
    case 'pdf':
      return <BlobFrame blob={preview.blob} label={label} />;
  }
}

/** An address of the blob while it is shown. */
function useBlobUrl(blob: Blob): string | null {
  const [url, set] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    set(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

function BlobImage({ blob, label }: { blob: Blob; label: string }) {
  const url = useBlobUrl(blob);
  return url === null ? null : <img src={url} alt={label} />;
}

/** The browser's own viewer. The blob's type is fixed, so that nothing in it can be taken for a page of ours. */
function BlobFrame({ blob, label }: { blob: Blob; label: string }) {
  const url = useBlobUrl(blob);
  return url === null ? null : <iframe src={url} title={label} />;
}
