import type { ObjectKey } from '../../ports/object-store.ts';
import { parseObjectKey } from '../../ports/object-store.ts';
import type { S3Client } from './s3-client.ts';
import { nameOf, PACKS_PREFIX } from './s3-names.ts';
import { refusal } from './s3-refusals.ts';

/** A store's answer then stays well within what is read of one. */
const KEYS_PER_CALL = 400;

/** Keys of packs behind `after`, in the order of their text; fewer than `limit` are the last. */
export async function listKeys(
  client: S3Client,
  { after, limit }: { readonly after: ObjectKey | null; readonly limit: number },
): Promise<ObjectKey[]> {
  const found: ObjectKey[] = [];
  let behind = after === null ? null : nameOf(after);
  for (;;) {
    const { names, more } = await page(client, behind);
    for (const name of names) {
      const key = parseObjectKey(name.slice(PACKS_PREFIX.length));
      if (key === null) continue;
      if (found.length === limit) return found;
      found.push(key);
    }
    behind = names.at(-1) ?? null;
    if (!more || behind === null) return found;
  }
}

async function page(
  client: S3Client,
  behind: string | null,
): Promise<{ readonly names: readonly string[]; readonly more: boolean }> {
  const query = {
    'list-type': '2',
    'max-keys': String(KEYS_PER_CALL),
    prefix: PACKS_PREFIX,
    ...(behind === null ? {} : { 'start-after': behind }),
  };
  const answer = await client.call({ method: 'GET', key: '', query });
  if (answer.status !== 200) throw refusal(answer);
  const text = answer.body.toString('utf8');
  // Names of packs hold nothing that XML writes otherwise; others are no concern here.
  const names = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => match[1] ?? '');
  return { names, more: /<IsTruncated>\s*true\s*<\/IsTruncated>/.test(text) };
}
