/** One file of the built web console, held in memory. */
export interface ConsoleFile {
  readonly bytes: Buffer;
  /** The same, compressed with gzip; null where that saves nothing. */
  readonly gzipped: Buffer | null;
  /** As the header `content-type` has it. */
  readonly mediaType: string;
  /** Its name says its content, so it never changes. */
  readonly hashed: boolean;
}

/**
 * The built web console by the paths of its files (`assets/index-abc.js`), without a slash in front. Whoever asks for
 * a path gets what the map has under exactly this key, so no path leads out of it.
 */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** The page that every address of the console shows. */
export const CONSOLE_PAGE = 'index.html';
/** What stands in the page in place of the nonce that every answer gets anew. */
export const NONCE_MARK = '__STYLE_NONCE__';
