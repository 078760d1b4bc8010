/** With this argument the app starts into the tray, without its window. */
export const HIDDEN_ARGUMENT = '--hidden';

/** The entry that makes a Linux desktop start the app at sign-in, as the Desktop Entry Specification has it. */
export function autostartEntry(program: string, args: readonly string[]): string {
  const command = [program, ...args, HIDDEN_ARGUMENT].map(quotedForExec).join(' ');
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Tidesync',
    'Comment=Keeps your folders the same on all your devices',
    `Exec=${command}`,
    'Icon=tidesync',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quoted as the specification wants it, after which `%` and the entry's own backslashes are doubled. */
function quotedForExec(argument: string): string {
  const quoted = `"${argument.replace(/["`$\\]/g, '\\$&')}"`;
  return quoted.replaceAll('\\', '\\\\').replaceAll('%', '%%');
}
