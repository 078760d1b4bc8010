/** What administrators chose for all servers. Null: nobody has, so what the settings of a server say holds there. */
export interface SettingReads {
  /** Bytes that a new account gets. */
  defaultQuota(): Promise<number | null>;
}
export interface SettingWrites extends SettingReads {
  setDefaultQuota(limitBytes: number | null): Promise<void>;
}
