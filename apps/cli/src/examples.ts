import type { Command } from 'commander';

/** What help begins with: by command, lines as one types them; what follows two spaces says what it does. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  tidesync: [
    'tidesync login https://files.example.org --email ada@example.org',
    'tidesync folder add ~/Documents --library Documents',
    'tidesync serve                    keep all folders in sync until Ctrl-C',
    "tidesync ui                       open the app's screens in a browser",
    'tidesync why ~/Documents/a.txt    say why a file is, or is not, synced',
  ],
  'tidesync login': [
    'tidesync login https://files.example.org --email ada@example.org',
    'tidesync login https://files.example.org --email ada@example.org --password-stdin < password',
  ],
  'tidesync logout': ['tidesync logout'],
  'tidesync whoami': ['tidesync whoami --json'],
  'tidesync password': ['tidesync password'],
  'tidesync quota': ['tidesync quota'],
  'tidesync folder': [
    'tidesync folder add ~/Documents --library Documents',
    'tidesync folder list',
    'tidesync folder pause ~/Documents --for 2h',
  ],
  'tidesync folder add': [
    'tidesync folder add ~/Documents --library Documents',
    'tidesync folder add ~/Photos --library ada@example.org/Photos --dry-run',
  ],
  'tidesync folder list': ['tidesync folder list --json'],
  'tidesync folder remove': ['tidesync folder remove ~/Documents'],
  'tidesync folder move': ['tidesync folder move ~/Documents ~/Work/Documents'],
  'tidesync folder pause': ['tidesync folder pause ~/Documents --for 2h', 'tidesync folder pause'],
  'tidesync folder resume': ['tidesync folder resume ~/Documents'],
  'tidesync folder rescan': ['tidesync folder rescan', 'tidesync folder rescan ~/Documents'],
  'tidesync folder set': [
    'tidesync folder set ~/Documents --mass-delete-files 1000',
    'tidesync folder set ~/Documents --mass-delete-percent off',
  ],
  'tidesync serve': ['tidesync serve'],
  'tidesync ui': ['tidesync ui', 'tidesync ui --no-open    print the link'],
  'tidesync sync': ['tidesync sync', 'tidesync sync --timeout 10m'],
  'tidesync status': [
    'tidesync status',
    'tidesync status --watch --json',
    'tidesync status --wait idle --timeout 60',
  ],
  'tidesync why': ['tidesync why ~/Documents/a.txt'],
  'tidesync ls': ['tidesync ls ~/Documents'],
  'tidesync paths': ['tidesync paths'],
  'tidesync activity': [
    'tidesync activity --since 2h',
    'tidesync activity --kind conflicts --folder ~/Documents',
    'tidesync activity --limit 10000 --as csv > activity.csv',
    'tidesync activity --follow --json',
  ],
  'tidesync search': [
    'tidesync search invoice 2026',
    'tidesync search .odt --library Documents --limit 1000',
  ],
  'tidesync problems': ['tidesync problems', 'tidesync problems retry'],
  'tidesync problems list': ['tidesync problems list --all', 'tidesync problems list --json'],
  'tidesync problems retry': [
    'tidesync problems retry                  every folder',
    'tidesync problems retry ~/Documents      that one',
  ],
  'tidesync pause': ['tidesync pause 2h', 'tidesync pause'],
  'tidesync resume': ['tidesync resume'],
  'tidesync versions': ['tidesync versions report.odt'],
  'tidesync restore': [
    'tidesync restore report.odt                     the content before the present one',
    'tidesync restore report.odt --at 2026-11-28     as it was at the end of that day',
    'tidesync restore report.odt --number 7 --to ~/Desktop',
  ],
  'tidesync conflicts': ['tidesync conflicts', 'tidesync conflicts resolve 1f0c9a77 --keep mine'],
  'tidesync conflicts list': ['tidesync conflicts list', 'tidesync conflicts list --resolved'],
  'tidesync conflicts resolve': [
    'tidesync conflicts resolve 1f0c9a77-5be20d14 --keep mine',
    'tidesync conflicts resolve --all --keep both',
  ],
  'tidesync conflicts undo': ['tidesync conflicts undo 1f0c9a77'],
  'tidesync select': ['tidesync select tree ~/Documents', 'tidesync select exclude ~/Documents/films'],
  'tidesync select tree': ['tidesync select tree ~/Documents'],
  'tidesync select exclude': [
    'tidesync select exclude ~/Documents/films --dry-run',
    'tidesync select exclude ~/Documents/films',
  ],
  'tidesync select include': ['tidesync select include ~/Documents/films'],
  'tidesync trash': ['tidesync trash list', 'tidesync trash restore sub/two.txt'],
  'tidesync trash list': ['tidesync trash list'],
  'tidesync trash restore': ['tidesync trash restore sub/two.txt'],
  'tidesync verify': [
    'tidesync verify',
    'tidesync verify ~/Documents --deep',
    'tidesync verify --fetch damaged.odt',
  ],
  'tidesync batches': ['tidesync batches', 'tidesync batches show held-3fa91c02'],
  'tidesync batches show': ['tidesync batches show held-3fa91c02'],
  'tidesync batches approve': ['tidesync batches approve held-3fa91c02'],
  'tidesync batches undo': [
    'tidesync batches undo held-3fa91c02    deletes that wait come back on this device',
    'tidesync batches undo 3fa2c1-1234      what was sent is undone on all devices',
  ],
  'tidesync library': ['tidesync library list', 'tidesync library members list Photos'],
  'tidesync library list': ['tidesync library list'],
  'tidesync library rename': ['tidesync library rename Photos Pictures'],
  'tidesync library delete': ['tidesync library delete Photos --yes'],
  'tidesync library members': ['tidesync library members set Photos bob@example.org editor'],
  'tidesync library members list': ['tidesync library members list Photos'],
  'tidesync library members set': ['tidesync library members set Photos bob@example.org editor'],
  'tidesync library members remove': ['tidesync library members remove Photos bob@example.org'],
  'tidesync library retention': [
    'tidesync library retention Photos',
    'tidesync library retention Photos --versions 365 --trash forever',
    'tidesync library retention Photos --trash default',
  ],
  'tidesync device': ['tidesync device list', 'tidesync device revoke laptop'],
  'tidesync device list': ['tidesync device list'],
  'tidesync device revoke': ['tidesync device revoke laptop'],
  'tidesync config': [
    'tidesync config list',
    'tidesync config set upload-limit 2MB/s',
    'tidesync config set on-battery pause',
  ],
  'tidesync config list': ['tidesync config list --json'],
  'tidesync config get': ['tidesync config get mass-delete-files --folder ~/Documents'],
  'tidesync config set': [
    'tidesync config set upload-limit 2MB/s',
    'tidesync config set mass-delete-percent off --folder ~/Documents',
  ],
  'tidesync service': ['tidesync service install', 'tidesync service status'],
  'tidesync service install': ['tidesync service install'],
  'tidesync service uninstall': ['tidesync service uninstall'],
  'tidesync service status': ['tidesync service status'],
  'tidesync engine': ['tidesync engine restart'],
  'tidesync engine restart': ['tidesync engine restart'],
  'tidesync diagnose': ['tidesync diagnose', 'tidesync diagnose --bundle tidesync.txt'],
  'tidesync completion': [
    'source <(tidesync completion bash)',
    'tidesync completion fish > ~/.config/fish/completions/tidesync.fish',
  ],
};

/** `Examples:`, before everything else that help says. */
export function beginWithExamples(command: Command, name: string): void {
  const examples = EXAMPLES[name];
  if (examples === undefined) return;
  command.addHelpText('before', `Examples:\n${examples.map((line) => `  ${line}\n`).join('')}`);
}
