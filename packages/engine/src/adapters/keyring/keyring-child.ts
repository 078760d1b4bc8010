// One question to the system's keyring, in a process of its own: a keyring that waits for a person, or hangs, would
// hold the thread and the end of the process that asks. `keyring-child.ts get|set|remove ACCOUNT`; what is to be set
// comes by standard input, and what was found leaves by standard output, as JSON.

import { text } from 'node:stream/consumers';
import { AsyncEntry } from '@napi-rs/keyring';

const SERVICE = 'Tidesync';

const [, , verb, account = ''] = process.argv;
// Never the keyring of the kernel, which is the fallback: it forgets all at a restart.
const entry = new AsyncEntry(SERVICE, account, { linux: { store: 'secret-service' } });
if (verb === 'set') await entry.setPassword(await text(process.stdin));
else if (verb === 'remove') await entry.deletePassword();
else process.stdout.write(JSON.stringify(await entry.getPassword()));
