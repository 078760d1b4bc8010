import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { LibraryId, OpId } from '@tidesync/shared/ids';
import type { FileVersion } from '@tidesync/shared/wire/retention';
import { Loaded } from '@tidesync/ui/loaded.tsx';
import { ProblemView } from '@tidesync/ui/problem-view.tsx';
import { problemOf } from '@tidesync/ui/problem-words';
import { VirtualList } from '@tidesync/ui/virtual-list.tsx';
import { useFormats, useKitWords } from '@tidesync/ui/words.tsx';
import { libraryKey } from '../api/queries.ts';
import { call, unanswered } from '../api/server-call.ts';
import { useConsoleWords } from '../words/use-words.ts';
import { newId } from './change-entries.ts';
import type { FileState } from './download-entries.ts';
import { downloadFile } from './download-entries.ts';

interface VersionsProps {
  readonly libraryId: LibraryId;
  readonly state: FileState;
  readonly canEdit: boolean;
  readonly onClose: () => void;
}

/** The contents that a file had, the latest first, each to be saved or made the current one again. */
export function VersionsDialog({ libraryId, state, canEdit, onClose }: VersionsProps) {
  const words = useConsoleWords();
  const kit = useKitWords();
  const queries = useQueryClient();
  const { entryId } = state;
  const pages = useInfiniteQuery({
    queryKey: [...libraryKey(libraryId), 'versions', entryId],
    queryFn: ({ pageParam }) => call('versions.list', { libraryId, entryId, beforeSeq: pageParam }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.nextBeforeSeq,
  });
  const restore = useMutation({
    mutationFn: (seq: number) => call('versions.restore', { libraryId, opId: newId<OpId>(), entryId, seq }),
    onSettled: () => void queries.invalidateQueries({ queryKey: libraryKey(libraryId) }),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="50rem"
      title={words('versions.title', { name: state.name })}
      closeButtonProps={{ 'aria-label': kit('confirm.close') }}
    >
      <Stack gap="sm">
        <Text c="dimmed">{words('versions.hint')}</Text>
        {restore.error === null ? null : <ProblemView problem={problemOf(restore.error, unanswered())} />}
        <div className="tc-chooser">
          <Loaded query={pages} unanswered={unanswered()}>
            {(data) => (
              <VirtualList
                label={words('versions.title', { name: state.name })}
                rows={data.pages.flatMap((page) => page.versions)}
                rowKey={(version) => String(version.seq)}
                rowHeightPx={56}
                onEnd={() => {
                  if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
                }}
              >
                {(version) => (
                  <VersionRow
                    version={version}
                    isBusy={restore.isPending}
                    onSave={() => void downloadFile(libraryId, { ...state, ...contentOf(version) })}
                    onRestore={canEdit ? () => restore.mutate(version.seq) : null}
                  />
                )}
              </VirtualList>
            )}
          </Loaded>
        </div>
      </Stack>
    </Modal>
  );
}

const contentOf = ({ contentId, sizeBytes, mtimeMs }: FileVersion) => ({ contentId, sizeBytes, mtimeMs });

interface VersionRowProps {
  readonly version: FileVersion;
  readonly isBusy: boolean;
  readonly onSave: () => void;
  readonly onRestore: (() => void) | null;
}

function VersionRow({ version, isBusy, onSave, onRestore }: VersionRowProps) {
  const words = useConsoleWords();
  const formats = useFormats();
  const { is, atMs, sizeBytes, device, account, expiresAtMs } = version;
  const by = [device?.name, account?.email].filter((one) => one !== undefined).join(', ');
  const left =
    expiresAtMs === null
      ? null
      : words('trash.left', { time: formats.duration(Math.max(0, expiresAtMs - Date.now())) });
  return (
    <>
      <div className="ts-row-main">
        <Group gap="xs" wrap="nowrap">
          <Text fw={500}>{formats.dateTime(atMs)}</Text>
          {is === 'current' ? (
            <Badge tt="none" size="sm" variant="outline" color="cyan">
              {words('versions.current')}
            </Badge>
          ) : null}
        </Group>
        <Text size="xs" c="dimmed" className="ts-cut">
          {[formats.bytes(sizeBytes), by, left].filter(Boolean).join(' · ')}
        </Text>
      </div>
      <Button variant="default" onClick={onSave}>
        {words('files.download')}
      </Button>
      {is === 'current' || onRestore === null ? null : (
        <Button variant="default" disabled={isBusy} onClick={onRestore}>
          {words('versions.restore')}
        </Button>
      )}
    </>
  );
}
