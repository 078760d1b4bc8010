import type { ListedNode } from '@tidesync/engine/ports/disk';
import { isDiskError } from '@tidesync/engine/ports/disk';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { isWithin, joinPath } from '@tidesync/shared/names';
import { bytesOf, everything } from './disk-texts.ts';
import type { Fault } from './scenario.ts';
import type { SimDevice } from './sim-device.ts';

const MOUNTED = 'mounted';

/** Whether a node, or what has these files, is of a volume that is mounted over a folder. */
export const isMounted = ({ node }: Pick<ListedNode, 'node'>): boolean => node.device === MOUNTED;
export const showsMounted = (nodes: readonly ListedNode[]): boolean =>
  nodes.some((one) => one.node.kind !== 'folder' && isMounted(one));

/** Volumes that are mounted over folders of a device, each with files of its own, which are nobody's in this world. */
export class DeviceMounts {
  readonly #device: SimDevice;
  /** What takes each off again. */
  readonly #unmounts = new Map<() => void, RelPath>();

  constructor(device: SimDevice) {
    this.#device = device;
  }

  /** See `Fault`. Where there is no folder, nothing. */
  async mount({ which, forMs }: Extract<Fault, { kind: 'mount' }>): Promise<void> {
    const { disk, isAway, isOff, name, parts } = this.#device;
    const all = isAway || isOff ? [] : await everything(disk).catch(() => []);
    const folders = all.filter((one) => one.node.kind === 'folder' && !isMounted(one));
    const path = folders[which % Math.max(1, folders.length)]?.path;
    if (path === undefined) return;
    const unmount = disk.person.mount(path, MOUNTED);
    this.#unmounts.set(unmount, path);
    this.#write(path, 'first');
    const { scheduler } = parts;
    const [some, more] = [forMs / 3, (2 * forMs) / 3];
    for (const atMs of [0, some, more])
      scheduler.at(atMs, `${name} has news on what is mounted over ${path}`, () => {
        if (!this.#unmounts.has(unmount)) return;
        this.#write(path, `at ${Math.round(atMs)}`);
        // A watcher that began since sees it.
        this.#device.touched(path);
      });
    scheduler.at(forMs, `${name} unmounts ${path}`, () => {
      if (this.#unmounts.delete(unmount)) unmount();
    });
  }

  /** What somebody writes there just then goes with the volume. */
  covers(path: RelPath): boolean {
    return [...this.#unmounts.values()].some((folder) => isWithin(path, folder));
  }

  unmountAll(): void {
    for (const unmount of this.#unmounts.keys()) unmount();
    this.#unmounts.clear();
  }

  #write(folder: RelPath, name: string): void {
    try {
      const bytes = bytesOf(`of another volume: ${name}\n`);
      this.#device.disk.person.write(joinPath(folder, name as EntryName), bytes);
    } catch (error) {
      if (!isDiskError(error)) throw error;
    }
  }
}
