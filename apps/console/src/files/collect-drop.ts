/** What a person chose or dropped, with its path below the folder that it goes into. */
export interface Chosen {
  readonly files: readonly { readonly path: readonly string[]; readonly file: File }[];
  /** Folders, those that are empty too, each after the one that it lies in. */
  readonly folders: readonly (readonly string[])[];
}

/** Of a file chooser; a chooser of folders says the paths. */
export function chosenFiles(list: readonly File[]): Chosen {
  const files = list.map((file) => {
    const path = file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/');
    return { path, file };
  });
  return { files, folders: foldersOf(files.map(({ path }) => path.slice(0, -1))) };
}

/** Of a drop. The items are gone after the event, so their entries are taken before anything is waited for. */
export async function droppedFiles(transfer: DataTransfer): Promise<Chosen> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files: { path: readonly string[]; file: File }[] = [];
  const folders: (readonly string[])[] = [];
  const open = entries.map((entry) => ({ entry, path: [entry.name] as readonly string[] }));
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { entry, path } = next;
    if (entry.isFile) {
      files.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
      continue;
    }
    folders.push(path);
    for (const inside of await insideOf(entry as FileSystemDirectoryEntry)) {
      open.push({ entry: inside, path: [...path, inside.name] });
    }
  }
  return { files, folders };
}

function foldersOf(paths: readonly (readonly string[])[]): (readonly string[])[] {
  const known = new Map<string, readonly string[]>();
  for (const path of paths) {
    for (let depth = 1; depth <= path.length; depth++) {
      const folder = path.slice(0, depth);
      known.set(folder.join('/'), folder);
    }
  }
  return [...known.values()].sort((a, b) => a.length - b.length);
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** A browser gives a large folder in parts, the last of which is empty. */
async function insideOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return inside;
    inside.push(...part);
  }
}
