import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { EngineStatus } from '@tidesync/shared/wire/engine';

/** Every path that is in the way, with the folder that it is in: the same path may be in several. */
export async function troublesByRoot(face: EngineFace, status: EngineStatus) {
  const troubled = status.roots.filter((root) => root.troubles > 0);
  const lists = troubled.map(({ rootId }) => face.troubles(rootId));
  return (await Promise.all(lists)).flat();
}
