import type { ShellBridge } from '../shell/bridge.ts';

declare global {
  interface Window {
    /** In the app's windows alone. */
    readonly tidesync?: ShellBridge;
  }
}

/** What the app around this page can do; null in a browser. */
export const bridge: ShellBridge | null = window.tidesync ?? null;
