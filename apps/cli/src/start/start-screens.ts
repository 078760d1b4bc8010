import { z } from 'zod';

/** How `npm start` shows the screens; the launcher decides, since it knows what this computer has. */
const shows = z.discriminatedUnion('is', [
  z.object({ is: z.literal('app'), command: z.array(z.string()).min(1) }),
  z.object({ is: z.literal('browser') }),
  z.object({ is: z.literal('link') }),
]);
export type StartShows = z.infer<typeof shows>;

/** What `TIDESYNC_START_SHOWS` says; a link, which is only printed, where it says nothing. */
export function startShows(text: string | undefined): StartShows {
  if (text === undefined || text === '') return { is: 'link' };
  return shows.parse(JSON.parse(text));
}

/** What the terminal says of the screens. `link`: null where there is none. */
export function screensLines(how: StartShows['is'], link: string | null): string[] {
  const one = 'works once, within 5 minutes; `tidesync ui` makes another';
  if (how === 'app') return ['  Screens  the app has its own window; closing it leaves it in the tray'];
  if (link === null) return [];
  return how === 'browser'
    ? [`  Screens  in the browser (${link}: ${one})`]
    : [`  Screens  ${link}`, `           (${one})`];
}
