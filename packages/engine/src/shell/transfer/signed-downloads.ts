import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { SignedGet } from '@tidesync/shared/wire/content';
import type { Clock } from '../../ports/environment.ts';
import type { DownloadServer } from './download-types.ts';
import { transferLimits } from './transfer-limits.ts';

/** Signed addresses of packs, asked for in few calls and kept while they are good. */
export interface SignedDownloads {
  /** Makes sure that these packs have addresses; a pack the server does not sign is left out. */
  prepare(packIds: Iterable<PackId>): Promise<void>;
  /** Null: the server does not sign it. */
  of(packId: PackId): Promise<SignedGet | null>;
  /** The store said that it has expired. */
  forget(packId: PackId): void;
}

interface SigningPorts {
  readonly server: DownloadServer;
  readonly clock: Clock;
  readonly libraryId: LibraryId;
}

export function createSignedDownloads({ server, clock, libraryId }: SigningPorts): SignedDownloads {
  // By age and not by the server's time, since the two clocks may differ.
  const kept = new Map<PackId, { readonly signed: SignedGet; readonly sinceMs: number }>();
  const ageMsMax = limits.signedGetLifeMs - transferLimits.urlMarginMs;

  const good = (packId: PackId): SignedGet | null => {
    const one = kept.get(packId);
    return one !== undefined && clock.monotonicMs() - one.sinceMs < ageMsMax ? one.signed : null;
  };
  const prepare = async (packIds: Iterable<PackId>) => {
    const wanted = [...new Set(packIds)].filter((packId) => good(packId) === null);
    for (let at = 0; at < wanted.length; at += limits.packsPerCallMax) {
      const sinceMs = clock.monotonicMs();
      const page = wanted.slice(at, at + limits.packsPerCallMax);
      for (const signed of await server.signDownloads(libraryId, page)) {
        kept.delete(signed.packId);
        kept.set(signed.packId, { signed, sinceMs });
      }
    }
    for (const oldest of kept.keys()) {
      if (kept.size <= transferLimits.signedUrlsKeptMax) break;
      kept.delete(oldest);
    }
  };

  return {
    prepare,
    async of(packId) {
      if (good(packId) === null) await prepare([packId]);
      return good(packId);
    },
    forget: (packId) => {
      kept.delete(packId);
    },
  };
}
