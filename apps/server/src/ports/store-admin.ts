import type { AccountId, DeviceId, LibraryId } from '@tidesync/shared/ids';
import type { DeviceRow, LibraryRow } from './store-people.ts';

export interface OwnedDevice extends DeviceRow {
  readonly email: string;
}
export interface OwnedLibrary extends LibraryRow {
  readonly ownerEmail: string;
  readonly members: number;
}
export interface LeaseLine {
  readonly name: string;
  readonly fence: number;
  readonly untilMs: number;
}
/** What happened within an hour, or what there was. */
export interface Sample {
  readonly hourMs: number;
  readonly name: string;
  readonly value: number;
}
export interface ServerSample extends Sample {
  /** The start of a server that counted it; `NO_SERVER`: it is of all. */
  readonly serverId: string;
}
export const NO_SERVER = '00000000-0000-0000-0000-000000000000';

/** What administrators see of everything. Pages are in the order of ids. */
export interface AdminReads {
  accountCounts(): Promise<{ readonly users: number; readonly suspended: number }>;
  /** Those that are signed in by now; active: heard of since then. */
  deviceCounts(at: { readonly nowMs: number; readonly sinceMs: number }): Promise<{
    readonly devices: number;
    readonly activeDevices: number;
    readonly activeUsers: number;
  }>;
  /** Those that are not deleted; bytes of deleted ones too, as they are stored. */
  libraryCounts(): Promise<{
    readonly libraries: number;
    readonly storedBytes: number;
    readonly reservedBytes: number;
  }>;
  /** Signed in by now; `accountId` null: of all accounts. */
  devices(from: {
    readonly accountId: AccountId | null;
    readonly afterId: DeviceId | null;
    readonly limit: number;
    readonly nowMs: number;
  }): Promise<OwnedDevice[]>;
  /** Null: there is no such device, or it is signed out. */
  ownerOf(deviceId: DeviceId): Promise<AccountId | null>;
  libraries(from: { readonly afterId: LibraryId | null; readonly limit: number }): Promise<OwnedLibrary[]>;
  ownedCount(accountId: AccountId): Promise<number>;
  leases(): Promise<LeaseLine[]>;
  /** Sums over all servers from that hour on, in the order of hours. */
  samples(sinceMs: number): Promise<Sample[]>;
}
export interface AdminWrites extends AdminReads {
  /** What each of them is by now; writing it again changes nothing. */
  setSamples(samples: readonly ServerSample[]): Promise<void>;
  dropSamplesBefore(hourMs: number): Promise<void>;
}
