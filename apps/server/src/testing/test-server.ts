import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@tidesync/shared/problems';
import { parseProblem } from '@tidesync/shared/problems';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { argon2Passwords } from '../adapters/passwords/argon2-passwords.ts';
import type { AppRouter } from '../api/app-router.ts';
import { openAdmin } from '../compose-admin.ts';
import type { ServerOptions } from '../compose-server.ts';
import { startServer } from '../compose-server.ts';
import { createUser } from '../use-cases/admin/create-user.ts';

export type TestClient = ReturnType<typeof clientOf>;

/** A typed client over real HTTP, as a device with this token, or as nobody. */
export function clientOf(url: string, token: string | null, headers: Record<string, string> = {}) {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({ url: `${url}/trpc`, methodOverride: 'POST', headers: { ...authorization, ...headers } }),
    ],
  });
}

/** Argon2id all the same, at a cost that a test suite can bear. */
const passwords = argon2Passwords({ randomBytes, cost: { memoryKib: 256, passes: 1, lanes: 1 } });
export const TEST_PASSWORD = 'a good password';

export interface Device {
  readonly email: string;
  readonly token: string;
  readonly client: TestClient;
}

export interface TestServer {
  readonly url: string;
  /** Null: no metrics. */
  readonly metricsUrl: string | null;
  readonly dataDir: string;
  /** Makes an account as the command line does; the first one is an administrator. */
  makeAccount(email: string, limitBytes?: number): Promise<void>;
  signIn(email: string, deviceName?: string): Promise<Device>;
  stop(): Promise<void>;
}

/** The whole server, on a free port of loopback and a folder of its own; `stop` removes the folder. */
export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidesync-server-'));
  const server = await startServer({ dataDir, port: 0, passwords, ...options });
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    dataDir,
    async makeAccount(email, limitBytes) {
      const { settings } = options;
      const { ports, close } = await openAdmin(dataDir, { mayMake: false, settings, passwords });
      await createUser(ports, { admin: true }, { email, password: TEST_PASSWORD, limitBytes, admin: false });
      await close();
    },
    async signIn(email, deviceName = 'laptop') {
      const input = { email, password: TEST_PASSWORD, deviceName };
      const { token } = await clientOf(server.url, null).auth.login.mutate(input);
      return { email, token, client: clientOf(server.url, token) };
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The problem a call was refused with; fails the test if it was not refused, or without a known problem. */
export async function problemFrom(call: Promise<unknown>): Promise<Problem> {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (refusal: unknown) => refusal,
  );
  if (!(error instanceof TRPCClientError)) throw error;
  const problem = parseProblem(error.data?.problem);
  if (problem === null) throw new Error(`refused without a known problem: ${error.message}`);
  return problem;
}
