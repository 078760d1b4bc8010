import type { DeviceSettings, DeviceSettingsChange, RestCause } from '@tidesync/shared/wire/device-settings';
import { engineLimits } from '../core/engine-limits.ts';
import type { EngineParts } from './engine-parts.ts';
import type { Paces } from './transfer/pace.ts';

export interface RuleParts extends Pick<EngineParts, 'clock' | 'powerAndNetwork'> {
  readonly journal: Pick<EngineParts['journal'], 'deviceSettings' | 'setDeviceSettings'>;
  readonly paces: Paces;
}

/** What becomes of the folders. One call at a time. */
export interface RuleEffects {
  /** Resolves when nothing moves any more. */
  rest(): Promise<void>;
  goOn(): void;
  changed(): void;
}

/** Which setting speaks of which cause, in the order in which they are told. */
const CAUSES = [
  { cause: 'battery', setting: 'onBattery' },
  { cause: 'metered', setting: 'onMetered' },
] as const;

/**
 * What holds for the device as a whole: its speed limits, and whether all folders rest because of what it runs on or
 * how it is connected. What cannot be known counts as mains and as not metered.
 */
export class DeviceRules {
  readonly #parts: RuleParts;
  readonly #effects: RuleEffects;
  #settings: DeviceSettings;
  /** Those that a person said to sync through, each until it ends. */
  readonly #waived = new Set<RestCause>();
  #lookedAt: readonly RestCause[] = [];
  #turn: Promise<void> = Promise.resolve();
  #nudge = Promise.withResolvers<void>();

  restsFor: RestCause | null = null;

  constructor(parts: RuleParts, effects: RuleEffects) {
    this.#parts = parts;
    this.#effects = effects;
    this.#settings = parts.journal.deviceSettings();
    this.#limit();
  }

  get settings(): DeviceSettings {
    return this.#settings;
  }

  /** Holds at once; resolves when it does. */
  async change(change: DeviceSettingsChange): Promise<void> {
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const settings: DeviceSettings = { ...this.#settings, ...Object.fromEntries(given) };
    this.#parts.journal.setDeviceSettings(settings);
    this.#settings = settings;
    this.#limit();
    this.#effects.changed();
    await this.look();
    this.#nudge.resolve();
  }

  #limit(): void {
    const { paces } = this.#parts;
    paces.up.limitTo(this.#settings.uploadLimit);
    paces.down.limitTo(this.#settings.downloadLimit);
  }

  /** Syncs through what holds now, until it ends. */
  waive(): Promise<void> {
    return this.#inTurn(async () => {
      for (const cause of this.#lookedAt) this.#waived.add(cause);
      await this.#apply(this.#lookedAt);
    });
  }

  /** Finds out what holds, and does it. */
  look(): Promise<void> {
    return this.#inTurn(async () => this.#apply(await this.#causes()));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Only what a rule speaks of is asked for. */
  async #causes(): Promise<RestCause[]> {
    const { powerAndNetwork } = this.#parts;
    const { onBattery, onMetered } = this.#settings;
    const [power, network] = await Promise.all([
      onBattery === 'pause' ? powerAndNetwork.power() : null,
      onMetered === 'pause' ? powerAndNetwork.network() : null,
    ]);
    const holds = { battery: power === 'battery', metered: network === 'metered' };
    return CAUSES.map(({ cause }) => cause).filter((cause) => holds[cause]);
  }

  async #apply(causes: readonly RestCause[]): Promise<void> {
    this.#lookedAt = causes;
    for (const cause of this.#waived) if (!causes.includes(cause)) this.#waived.delete(cause);
    const cause = causes.find((one) => !this.#waived.has(one)) ?? null;
    const former = this.restsFor;
    if (cause === former) return;
    this.restsFor = cause;
    if (former === null) await this.#effects.rest();
    else if (cause === null) this.#effects.goOn();
    this.#effects.changed();
  }

  /** Looks again and again while there is a rule, until the signal fires. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    while (!signal.aborted) {
      this.#nudge = Promise.withResolvers();
      const hasRule = CAUSES.some(({ setting }) => this.#settings[setting] === 'pause');
      if (hasRule) await clock.sleep(engineLimits.ruleLookEveryMs, signal);
      else await Promise.race([this.#nudge.promise, aborted]);
      if (!signal.aborted && hasRule) await this.look();
    }
  }
}
