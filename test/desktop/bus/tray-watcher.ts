// The part of a desktop that shows tray icons, without the showing: StatusNotifierWatcher and host, as the
// specifications of StatusNotifierItem and com.canonical.dbusmenu have them. What an app has handed over is read back
// over the bus, and its menu clicked there, as a panel does it.

import { until } from '../../e2e/support/waiting.ts';
import type { AskedCall, BusAnswer, BusCall } from './bus-connection.ts';
import { BusConnection } from './bus-connection.ts';
import type { BusValue } from './bus-values.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = { face: 'org.kde.StatusNotifierItem', path: '/StatusNotifierItem' };
const MENU_FACE = 'com.canonical.dbusmenu';
const PROPERTIES_FACE = 'org.freedesktop.DBus.Properties';
const ALL_LEVELS = -1;

/** An entry of a menu, as a panel reads it. */
export interface PanelEntry {
  readonly id: number;
  readonly label: string;
  readonly isLine: boolean;
  readonly isEnabled: boolean;
  readonly items: readonly PanelEntry[];
}

/** An icon that an app has handed over. */
export interface PanelItem {
  tooltip(): Promise<string>;
  property(name: string): Promise<BusValue>;
  menu(): Promise<readonly PanelEntry[]>;
  /** By the words of each level, e.g. `Pause`, then `2 hours`. */
  choose(...labels: readonly string[]): Promise<void>;
  /** What a panel calls at a click on the icon. */
  activate(): Promise<void>;
}

export class TrayWatcher {
  readonly #names: string[];
  readonly #bus: BusConnection;

  /** Until `close`. `address`: of a session bus. */
  static async open(address: string): Promise<TrayWatcher> {
    const names: string[] = [];
    const bus = await BusConnection.open(address, (call) => answerOf(call, names));
    await bus.own(WATCHER);
    return new TrayWatcher(bus, names);
  }
  private constructor(bus: BusConnection, names: string[]) {
    this.#bus = bus;
    this.#names = names;
  }
  close(): Promise<void> {
    return this.#bus.close();
  }

  /** The only icon that was handed over; waits until there is one. */
  async item(): Promise<PanelItem> {
    await until('an icon is handed over', () => this.#names.length === 1);
    const to = this.#names[0] ?? '';
    const call = (one: BusCall) => this.#bus.call(one);
    const property = async (name: string, of = ITEM) => {
      const member = 'Get';
      const args = [of.face, name];
      const asked = { to, path: of.path, face: PROPERTIES_FACE, member, signature: 'ss', args };
      return (await call(asked))[0];
    };
    const menuPath = String(await property('Menu'));
    const ofMenu = { to, path: menuPath, face: MENU_FACE };
    const menu = async () => {
      const args = [0, ALL_LEVELS, []];
      const [, layout] = await call({ ...ofMenu, member: 'GetLayout', signature: 'iias', args });
      return entryOf(layout).items;
    };
    return {
      property,
      menu,
      tooltip: async () => String(((await property('ToolTip')) as BusValue[])[2]),
      async choose(...labels) {
        let items = await menu();
        for (const label of labels.slice(0, -1)) items = named(items, label).items;
        const { id } = named(items, labels.at(-1) ?? '');
        const args = [id, 'clicked', { kind: 'i', value: 0 }, 0];
        await call({ ...ofMenu, member: 'Event', signature: 'isvu', args });
      },
      activate: async () => {
        await call({ to, ...ITEM, member: 'Activate', signature: 'ii', args: [0, 0] });
      },
    };
  }
}

/** `names`: of the icons so far; a new one is added. */
function answerOf({ from, face, member, args }: AskedCall, names: string[]): BusAnswer | null {
  if (face === WATCHER && member === 'RegisterStatusNotifierItem') {
    const given = String(args[0]);
    // Some hand over their path instead of a name.
    names.push(given.startsWith('/') ? from : given);
    return { signature: '', values: [] };
  }
  if (face !== PROPERTIES_FACE || member !== 'Get' || args[0] !== WATCHER) return null;
  if (args[1] === 'IsStatusNotifierHostRegistered') return variant('b', true);
  if (args[1] === 'ProtocolVersion') return variant('i', 0);
  return args[1] === 'RegisteredStatusNotifierItems' ? variant('as', names) : null;
}
function variant(kind: string, value: BusValue): BusAnswer {
  return { signature: 'v', values: [{ kind, value }] };
}

function entryOf(layout: BusValue): PanelEntry {
  const [id, properties, items] = layout as [number, Record<string, BusValue>, BusValue[]];
  return {
    id,
    // An underline marks a letter that chooses; two are one.
    label: String(properties.label ?? '').replaceAll('__', '_'),
    isLine: properties.type === 'separator',
    isEnabled: properties.enabled !== false,
    items: items.map(entryOf),
  };
}
function named(items: readonly PanelEntry[], label: string): PanelEntry {
  const found = items.find((one) => one.label === label);
  if (found === undefined) throw new Error(`no ${label} among ${items.map((one) => one.label).join(', ')}`);
  return found;
}
