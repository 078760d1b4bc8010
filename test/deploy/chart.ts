// The Helm chart, rendered, and its objects checked against the types of Kubernetes' own API.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Secret, Service, ServiceAccount } from 'kubernetes-models/v1';
import { parseAllDocuments, stringify } from 'yaml';
import { findProgram } from '../servers/find-program.ts';
import { repoDir } from './proxy-world.ts';

const chart = path.join(repoDir, 'deploy/helm/tidesync');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: what is in it depends on the kind, and the checks below know
  readonly [field: string]: any;
}

/** Everything that Kubernetes itself knows, and where its type is. */
const kinds = {
  ConfigMap: { model: ConfigMap, from: 'kubernetes-models/v1' },
  Deployment: { model: Deployment, from: 'kubernetes-models/apps/v1' },
  HorizontalPodAutoscaler: { model: HorizontalPodAutoscaler, from: 'kubernetes-models/autoscaling/v2' },
  Ingress: { model: Ingress, from: 'kubernetes-models/networking.k8s.io/v1' },
  NetworkPolicy: { model: NetworkPolicy, from: 'kubernetes-models/networking.k8s.io/v1' },
  PodDisruptionBudget: { model: PodDisruptionBudget, from: 'kubernetes-models/policy/v1' },
  Secret: { model: Secret, from: 'kubernetes-models/v1' },
  Service: { model: Service, from: 'kubernetes-models/v1' },
  ServiceAccount: { model: ServiceAccount, from: 'kubernetes-models/v1' },
} as const;
type Kind = keyof typeof kinds;

const isKnown = (kind: string): kind is Kind => kind in kinds;

/** A folder for one call, removed afterwards. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tidesync-chart-'));
  return work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}

/** What Helm says. Errors: what it says against it, in `stderr`. */
export function helm(command: 'template' | 'lint', values: unknown, ...args: string[]): Promise<string> {
  return inFolder(async (folder) => {
    const found = await findProgram('helm');
    if (found.how !== 'program') throw new Error('Helm has no image');
    const file = path.join(folder, 'values.yaml');
    await writeFile(file, stringify(values));
    const names = command === 'template' ? ['try'] : [];
    const { stdout } = await promisify(execFile)(
      found.path,
      [command, ...names, chart, '--values', file, ...args],
      {
        env: { PATH: process.env.PATH, HOME: folder },
      },
    );
    return stdout;
  });
}

export async function render(values: unknown): Promise<Manifest[]> {
  const text = await helm('template', values, '--namespace', 'files');
  return parseAllDocuments(text)
    .map((document) => document.toJS({ maxAliasCount: 0 }) as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export const theDeployment = (manifests: readonly Manifest[]) =>
  manifests.find(({ kind }) => kind === 'Deployment') as unknown as IDeployment;

/** What is wrong with values, as the schemas of Kubernetes' API say it; kinds of others are passed over. */
export function wrongValues(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const { kind, metadata } = manifest;
    if (!isKnown(kind)) return [];
    try {
      const { model: Model } = kinds[kind];
      new Model(manifest as never).validate();
      return [];
    } catch (error) {
      return [`${kind} ${metadata.name}: ${String(error)}`];
    }
  });
}

/**
 * What the compiler says against the manifests as values of the API's types: fields that do not exist or are
 * missing, which the schemas let pass.
 */
export function wrongFields(manifests: readonly Manifest[]): Promise<string> {
  const lines = manifests.flatMap((manifest, index) => {
    const { kind } = manifest;
    if (!isKnown(kind)) return [];
    const text = JSON.stringify(manifest, null, 1);
    return [
      `import type { I${kind} as T${index} } from '${kinds[kind].from}';`,
      `export const m${index}: T${index} = ${text};`,
    ];
  });
  return inFolder(async (folder) => {
    const file = path.join(folder, 'manifests.ts');
    const config = path.join(folder, 'tsconfig.json');
    await writeFile(file, lines.join('\n'));
    const compilerOptions = {
      ...{ strict: true, noEmit: true, module: 'nodenext', target: 'esnext', skipLibCheck: true, types: [] },
      paths: { 'kubernetes-models/*': [path.join(repoDir, 'node_modules/kubernetes-models/*')] },
    };
    await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
    const tsc = path.join(repoDir, 'node_modules/typescript/bin/tsc');
    return promisify(execFile)(process.execPath, [tsc, '-p', config]).then(
      () => '',
      (error: { stdout?: string }) => error.stdout ?? String(error),
    );
  });
}
