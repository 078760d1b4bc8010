/** What runs, and for whom. */
export interface ServiceSpec {
  readonly nodePath: string;
  readonly programPath: string;
  /** The device's home (TIDESYNC_HOME). */
  readonly homePath: string;
  readonly userHome: string;
  readonly userId: number;
}

/** One file that the system's starter of programs reads, and how it is told about it. */
export interface ServiceFile {
  readonly starter: 'systemd' | 'launchd' | 'Task Scheduler';
  readonly path: string;
  readonly text: string;
  readonly enable: readonly (readonly string[])[];
  readonly disable: readonly (readonly string[])[];
  /** Ends with 0 if the service runs. */
  readonly ask: readonly string[];
}

const UNIT = 'tidesync.service';
const LABEL = 'org.tidesync.engine';
const TASK = 'Tidesync';

/** The service file of a platform; null where none is known. */
export function serviceFileFor(platform: string, spec: ServiceSpec): ServiceFile | null {
  if (platform === 'linux') return systemdUnit(spec);
  if (platform === 'darwin') return launchAgent(spec);
  return platform === 'win32' ? scheduledTask(spec) : null;
}

/** `MemoryDenyWriteExecute` is missing on purpose: V8 compiles at run time. */
function systemdUnit({ nodePath, programPath, homePath, userHome }: ServiceSpec): ServiceFile {
  const text = `[Unit]
Description=Tidesync keeps folders the same on all your devices
StartLimitIntervalSec=60
StartLimitBurst=4

[Service]
ExecStart=${[nodePath, programPath, 'serve'].map(inUnit).join(' ')}
Environment=${inUnit(`TIDESYNC_HOME=${homePath}`)}
Restart=on-failure
RestartSec=5
NoNewPrivileges=true
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
  const systemctl = (...args: string[]) => ['systemctl', '--user', ...args];
  return {
    starter: 'systemd',
    path: `${userHome}/.config/systemd/user/${UNIT}`,
    text,
    enable: [systemctl('daemon-reload'), systemctl('enable', '--now', UNIT)],
    disable: [systemctl('disable', '--now', UNIT)],
    ask: systemctl('is-active', '--quiet', UNIT),
  };
}

/** A word of a unit: `%` and `$` mean something to systemd. */
function inUnit(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return `"${escaped.replaceAll('$', '$$$$')}"`;
}

function launchAgent({ nodePath, programPath, homePath, userHome, userId }: ServiceSpec): ServiceFile {
  const strings = [nodePath, programPath, 'serve'].map((word) => `    <string>${inXml(word)}</string>`);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${strings.join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>TIDESYNC_HOME</key>
    <string>${inXml(homePath)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>15</integer>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
`;
  const domain = `gui/${userId}`;
  const path = `${userHome}/Library/LaunchAgents/${LABEL}.plist`;
  return {
    starter: 'launchd',
    path,
    text,
    enable: [['launchctl', 'bootstrap', domain, path]],
    disable: [['launchctl', 'bootout', `${domain}/${LABEL}`]],
    ask: ['launchctl', 'print', `${domain}/${LABEL}`],
  };
}

/** For this user, at sign-in, without a time limit, and tried again when it fails. */
function scheduledTask({ nodePath, programPath, homePath }: ServiceSpec): ServiceFile {
  const path = `${homePath}\\service-task.xml`;
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Tidesync keeps folders the same on all your devices</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>4</Count>
    </RestartOnFailure>
    <Hidden>true</Hidden>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${inXml(nodePath)}</Command>
      <Arguments>${inXml(`"${programPath}" serve`)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
  return {
    starter: 'Task Scheduler',
    path,
    text,
    enable: [
      ['schtasks', '/Create', '/TN', TASK, '/XML', path, '/F'],
      ['schtasks', '/Run', '/TN', TASK],
    ],
    disable: [
      ['schtasks', '/End', '/TN', TASK],
      ['schtasks', '/Delete', '/TN', TASK, '/F'],
    ],
    ask: ['schtasks', '/Query', '/TN', TASK],
  };
}

function inXml(word: string): string {
  return word
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
