import { useNavigate } from '@tanstack/react-router';
import { useKitWords } from '@tidesync/ui/words.tsx';
import { useAsked } from '../ask.tsx';
import { useStatus } from '../connection.tsx';
import { engine } from '../engine.ts';
import { useWords } from '../words.ts';
import type { Finding } from './findings.ts';
import { matching } from './findings.ts';

/** So many letters before the server is asked. */
const ASKED_CHARS_MIN = 2;
const ANSWER_KEPT_MS = 30_000;

export interface Found {
  readonly findings: readonly Finding[];
  /** The server is being asked. */
  readonly isAsking: boolean;
  /** It did not answer: files are not among what was found. */
  readonly isDeaf: boolean;
}

/** `text`: what was typed, and has rested for a moment. */
export function useFindings(text: string): Found {
  const screens = useScreens();
  const folders = useFolders();
  const asked = text.trim();
  const enabled = asked.length >= ASKED_CHARS_MIN;
  const query = useAsked(['search', asked], () => engine.search.query({ text: asked }), {
    enabled,
    staleMs: ANSWER_KEPT_MS,
  });
  const files = useFiles(enabled ? (query.data?.items ?? []) : []);
  return {
    findings: [...matching(screens, text), ...matching(folders, text), ...files],
    isAsking: enabled && query.isLoading,
    isDeaf: enabled && query.isError,
  };
}

function useScreens(): Finding[] {
  const words = useWords();
  const kit = useKitWords();
  const navigate = useNavigate();
  const screen = (to: '/' | '/files' | '/trash' | Plain, name: string, also = ''): Finding => ({
    ...{ id: `screen ${to}`, is: 'screen', name, where: '', also },
    go: () => void navigate({ to }),
  });
  const inSettings = [
    ...['settings.account', 'settings.looks', 'settings.deletes', 'settings.autostart'].map((key) =>
      words(key as 'settings.account'),
    ),
    ...[kit('looks.language'), kit('looks.contrast'), kit('retention.title')],
  ].join(' ');
  return [
    screen('/', words('nav.home')),
    screen('/files', words('nav.files')),
    {
      ...{ id: 'screen activity', is: 'screen', name: words('nav.activity'), where: '' },
      go: () => void navigate({ to: '/activity', search: { show: 'all' } }),
    },
    screen('/trash', words('nav.trash')),
    {
      ...{ id: 'screen conflicts', is: 'screen', name: words('nav.conflicts'), where: '' },
      go: () => void navigate({ to: '/conflicts', search: {} }),
    },
    screen('/problems', words('nav.problems')),
    screen('/held', words('nav.held')),
    screen('/add-folder', words('home.addFolder')),
    screen('/settings', words('nav.settings'), inSettings),
    screen('/diagnose', words('nav.diagnose')),
  ];
}
type Plain = '/problems' | '/held' | '/add-folder' | '/settings' | '/diagnose';

function useFolders(): Finding[] {
  const navigate = useNavigate();
  return useStatus().roots.map(({ rootId, libraryName, path }) => ({
    ...{ id: `folder ${rootId}`, is: 'folder', name: libraryName, where: path },
    go: () => void navigate({ to: '/files', search: { at: path } }),
  }));
}

type Item = Awaited<ReturnType<typeof engine.search.query>>['items'][number];

function useFiles(items: readonly Item[]): Finding[] {
  const navigate = useNavigate();
  const { roots } = useStatus();
  return items.flatMap(({ rootId, kind, path }): Finding[] => {
    const root = roots.find((one) => one.rootId === rootId);
    if (root === undefined) return [];
    const cut = path.lastIndexOf('/');
    const [folder, full] = [
      cut < 0 ? root.path : `${root.path}/${path.slice(0, cut)}`,
      `${root.path}/${path}`,
    ];
    const name = path.slice(cut + 1);
    const isFolder = kind === 'folder';
    return [
      {
        ...{ id: `file ${rootId} ${path}`, is: isFolder ? 'folder' : 'file', name, where: folder },
        go: () =>
          void navigate({ to: '/files', search: isFolder ? { at: full } : { at: folder, file: path } }),
      },
    ];
  });
}
