import type { AccountId, DeviceId } from '@tidesync/shared/ids';

/** Who asks: a device that is signed in, and the account it speaks for. */
export interface Caller {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly email: string;
  readonly admin: boolean;
}
