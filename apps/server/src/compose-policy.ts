import type { ServerPolicy } from './ports/server-ports.ts';
import type { ServerSettings } from './settings/server-settings.ts';

/** What the settings decide for everyone. */
export function policyOf(settings: ServerSettings): ServerPolicy {
  const { files, quotaBytesDefault, retentionDays: days, deleteAfterDays, objectStore } = settings;
  return {
    ...{ files, quotaBytesDefault, deleteAfterDays },
    retention: { versions: days, trash: days },
    storage:
      objectStore.kind === 'local'
        ? 'the data folder'
        : `the bucket ${objectStore.bucket} at ${objectStore.endpoint.host}:${objectStore.endpoint.port}`,
  };
}
