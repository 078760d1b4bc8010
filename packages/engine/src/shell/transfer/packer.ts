import type { ChunkRef } from '@tidesync/shared/chunk-list';
import type { Sha256 } from '../../ports/environment.ts';
import type { BuiltPack, PackBuilder } from './pack-builder.ts';
import { createPackBuilder } from './pack-builder.ts';
import type { Slots } from './slots.ts';

/** Turns a stream of chunks into packs, each shipped while the next one is filled. */
export interface Packer {
  /** Waits while all pack buffers are taken. Calls may overlap; each chunk goes in whole. */
  append(ref: ChunkRef, bytes: Uint8Array): Promise<void>;
  /** Ships the last pack and resolves when all have arrived; rejects as the first `ship` that did. */
  finish(): Promise<void>;
  /** Gives up what is not shipped; resolves when nothing is under way any more. */
  abandon(): Promise<void>;
}

export interface PackerPorts {
  /** Bounds packs in memory, over all packers. */
  readonly buffers: Slots;
  readonly sha256: Sha256;
  readonly signal: AbortSignal;
  ship(pack: BuiltPack): Promise<void>;
}

interface Filling {
  readonly builder: PackBuilder;
  readonly release: () => void;
}

export function createPacker({ buffers, sha256, signal, ship }: PackerPorts): Packer {
  let filling: Filling | null = null;
  let order: Promise<void> = Promise.resolve();
  let failed: { readonly error: unknown } | null = null;
  const shipping = new Set<Promise<void>>();

  const shipNow = ({ builder, release }: Filling) => {
    const done: Promise<void> = ship(builder.finish())
      .catch((error: unknown) => {
        failed ??= { error };
      })
      .finally(() => {
        release();
        shipping.delete(done);
      });
    shipping.add(done);
  };
  const appendNow = async (ref: ChunkRef, bytes: Uint8Array) => {
    if (filling !== null && !filling.builder.hasRoomFor(bytes.length)) {
      shipNow(filling);
      filling = null;
    }
    filling ??= { release: await buffers.take(signal), builder: createPackBuilder(sha256) };
    if (failed !== null) throw failed.error;
    filling.builder.add(ref, bytes);
  };
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    const done = order.then(work);
    order = done.catch(() => undefined);
    return done;
  };
  const settle = async () => {
    await order;
    while (shipping.size > 0) await Promise.all(shipping);
  };

  return {
    append: (ref, bytes) => inOrder(() => appendNow(ref, bytes)),
    async finish() {
      await order;
      if (filling !== null) shipNow(filling);
      filling = null;
      await settle();
      if (failed !== null) throw failed.error;
    },
    async abandon() {
      await order;
      filling?.release();
      filling = null;
      await settle();
    },
  };
}
