import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Halves the time that a command takes to start, for all that is imported afterwards.
 * In a folder of our own: one that all users share could be prepared by another of them.
 */
export function keepCompiledCode(): void {
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)));
}
