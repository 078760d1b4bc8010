import { eq } from 'drizzle-orm';
import type { SettingWrites } from '../../ports/store-settings.ts';
import type { Connection } from './connection.ts';

const DEFAULT_QUOTA = 'defaultQuota';

export function settingQueries({ db, tables, dialect }: Connection): SettingWrites {
  const t = tables.serverSettings;
  return {
    async defaultQuota() {
      const rows = await db.select({ value: t.value }).from(t).where(eq(t.name, DEFAULT_QUOTA));
      return rows[0]?.value ?? null;
    },
    async setDefaultQuota(limitBytes) {
      if (limitBytes === null) await db.delete(t).where(eq(t.name, DEFAULT_QUOTA));
      else
        await dialect.upsert({ table: t, primaryKey: [t.name] }, [
          { name: DEFAULT_QUOTA, value: limitBytes },
        ]);
    },
  };
}
