import { safeForTerminal } from '@tidesync/shared/format';

/** Lines that stay, and below them on a terminal one line that is written over and over. */
export interface ProgressLine {
  say(line: string): void;
  /** Does nothing where the output is no terminal. */
  show(line: string): void;
  /** Takes the live line away. */
  end(): void;
}

export interface Screen {
  readonly isTty: boolean;
  columns(): number;
  write(text: string): void;
}

const CLEAR_LINE = '\r\x1b[2K';

export function createProgressLine(screen: Screen): ProgressLine {
  let live = '';
  const clear = () => {
    if (live !== '') screen.write(CLEAR_LINE);
  };
  return {
    say(line) {
      clear();
      screen.write(`${safeForTerminal(line)}\n`);
      screen.write(live);
    },
    show(line) {
      if (!screen.isTty) return;
      const fitting = [...safeForTerminal(line)].slice(0, Math.max(20, screen.columns() - 1)).join('');
      if (fitting === live) return;
      clear();
      live = fitting;
      screen.write(live);
    },
    end() {
      clear();
      live = '';
    },
  };
}
