export interface UserPlaces {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** Where a device keeps its data unless TIDESYNC_HOME says otherwise; `tidesync paths` answers the same. */
export function defaultHome({ platform, env, homeDir }: UserPlaces): string {
  if (platform === 'darwin') return `${homeDir}/Library/Application Support/tidesync/device`;
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA ?? '';
    return `${local === '' ? `${homeDir}\\AppData\\Local` : local}\\tidesync\\Data\\device`;
  }
  const data = env.XDG_DATA_HOME ?? '';
  return `${data === '' ? `${homeDir}/.local/share` : data}/tidesync/device`;
}
