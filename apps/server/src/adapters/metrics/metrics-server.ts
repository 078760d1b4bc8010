import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { fail } from '@tidesync/shared/problems';
import type { PrometheusMetrics } from './prometheus-metrics.ts';

const CONNECTIONS_MAX = 50;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Serves `/metrics` for Prometheus and `/metrics.json`, on a port of its own, to whoever can reach it: there is
 * nothing about people in them. Errors: Failure `metricsPortUnusable`.
 */
export async function serveMetrics(
  metrics: PrometheusMetrics,
  at: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(metrics, request, response).catch(() => response.writeHead(500).end());
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  }).catch((error: NodeJS.ErrnoException) =>
    fail({ reason: 'metricsPortUnusable', port: at.port, detail: error.code ?? error.message }, error),
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  metrics: PrometheusMetrics,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405).end();
    return;
  }
  switch (url?.split('?', 1)[0]) {
    case '/metrics':
      response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
      return;
    case '/metrics.json':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(await plainTotals(metrics)));
      return;
    default:
      response.writeHead(404).end();
  }
}

/** The totals under the names that dashboards for document stores know. What each really counts is in operations.md. */
async function plainTotals(metrics: PrometheusMetrics): Promise<Record<string, number>> {
  const { total } = metrics;
  const [requests, ok] = await Promise.all([total('requests'), total('requests', { result: 'ok' })]);
  const [internal, jobsFailed] = await Promise.all([
    total('requests', { result: 'INTERNAL' }),
    total('jobRuns', { result: 'failed' }),
  ]);
  return {
    documents_upload_total: await total('fileUploads'),
    documents_download_total: await total('packDownloads'),
    documents_delete_total: await total('operations', { op: 'delete', result: 'applied' }),
    documents_errors_total: internal,
    quota_exceeded_total: await total('quotaRefusals'),
    minio_unavailable_total: await total('storeUnavailable'),
    database_unavailable_total: await total('databaseUnavailable'),
    operation_failures_total: requests - ok + jobsFailed,
  };
}
