export interface JoinFacts {
  readonly serverUrl: string;
  readonly email: string;
  readonly library: string;
  readonly passwordFile: string;
  /** Address under which other computers reach the server; null if it listens on this one only. */
  readonly lanUrl: string | null;
}

const COMMAND = 'node_modules/.bin/tidesync';

/** The exact commands with which a second device joins. */
export function joinLines(facts: JoinFacts): string[] {
  const { serverUrl, email, library, lanUrl } = facts;
  const password = quoted(facts.passwordFile);
  const here = [
    'A second device, tried out on this computer (in another terminal, in this folder):',
    '    export TIDESYNC_HOME=/tmp/tidesync-second',
    `    ${COMMAND} login ${serverUrl} --email ${email} --device second --password-stdin < ${password}`,
    `    ${COMMAND} folder add /tmp/tidesync-second-folder --library ${quoted(library)}`,
    `    ${COMMAND} serve`,
  ];
  if (lanUrl === null) {
    return [
      ...here,
      'Another computer: in a network that you trust, start this one with',
      '    npm start -- --host 0.0.0.0 --insecure-http',
    ];
  }
  return [
    ...here,
    'Another computer (in a copy of this repository, after `npm run setup`); it asks for the password:',
    `    ${COMMAND} login ${lanUrl} --email ${email} --insecure-http`,
    `    ${COMMAND} folder add ~/Tidesync --library ${quoted(library)}`,
    `    ${COMMAND} serve`,
  ];
}

/** For a POSIX shell; plain words stay as they are. */
export function quoted(text: string): string {
  return /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
