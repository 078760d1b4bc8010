import { useAsked } from './ask.tsx';
import { engine } from './engine.ts';

/** Shortens paths in this user's own folder: `~/Documents`. */
export function useShownPath(): (path: string) => string {
  const about = useAsked(['about'], () => engine.about.query(), { staleMs: Number.POSITIVE_INFINITY });
  const own = about.data?.ownFolder;
  return (path) => (own !== undefined && path.startsWith(`${own}/`) ? `~${path.slice(own.length)}` : path);
}
