import type { DeviceSettings } from '@tidesync/shared/wire/device-settings';
import { DEVICE_SETTINGS_DEFAULT } from '@tidesync/shared/wire/device-settings';
import type Sqlite from 'better-sqlite3';
import type { EngineJournal } from '../../ports/journal.ts';

export function deviceSettings(
  db: Sqlite.Database,
): Pick<EngineJournal, 'deviceSettings' | 'setDeviceSettings'> {
  const get = db.prepare<[], DeviceSettings>(
    `SELECT upload_limit AS uploadLimit, download_limit AS downloadLimit, on_metered AS onMetered,
            on_battery AS onBattery FROM device_settings`,
  );
  const put = db.prepare<[DeviceSettings]>(
    `INSERT OR REPLACE INTO device_settings (one_row, upload_limit, download_limit, on_metered, on_battery)
     VALUES (1, @uploadLimit, @downloadLimit, @onMetered, @onBattery)`,
  );
  return {
    deviceSettings: () => get.get() ?? DEVICE_SETTINGS_DEFAULT,
    setDeviceSettings: (settings) => void put.run(settings),
  };
}
