import type { FastifyInstance } from 'fastify';

export type ServerState = 'starting' | 'serving' | 'draining';
/** What a server needs to work, as it was when it was last tried. */
export interface PartHealth {
  readonly up: boolean;
  /** How long the answer took. */
  readonly answerMs: number;
}
export interface HealthReport {
  readonly database: PartHealth;
  readonly objectStore: PartHealth;
  readonly events: PartHealth;
}
export interface HealthFace {
  state(): ServerState;
  /** Tries every part, each for a few seconds at most; callers at the same time share one trial. */
  check(): Promise<HealthReport>;
}

/**
 * `/ready` for whoever spreads calls over servers: 503 while starting, draining or without the database.
 * `/health/detailed` says of each part whether it answers, without any names or addresses: 503 if one does not.
 * Both ask for no token.
 */
export function mountHealthRoutes(server: FastifyInstance, health: HealthFace): void {
  server.get('/ready', async (_request, reply) => {
    const state = health.state();
    if (state !== 'serving') return reply.code(503).send({ ready: false, reason: state });
    const { database } = await health.check();
    if (!database.up) return reply.code(503).send({ ready: false, reason: 'database' });
    return { ready: true };
  });
  server.get('/health/detailed', async (_request, reply) => {
    const parts = await health.check();
    const ok = Object.values(parts).every((part: PartHealth) => part.up);
    return reply.code(ok ? 200 : 503).send({ ok, state: health.state(), ...parts });
  });
}
