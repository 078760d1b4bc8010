// The Helm chart: what it renders is what Kubernetes understands, and what the servers need.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from './chart.ts';
import { helm, render, theDeployment, wrongFields, wrongValues } from './chart.ts';

const settings = {
  STORAGE_BACKEND: 'minio',
  MINIO_ENDPOINT: 'http://minio.storage.svc:9000',
  MINIO_PUBLIC_ENDPOINT: 'https://objects.example.org',
};
const least = { settings, secret: { existingSecret: 'tidesync-keys' } };
const most = {
  settings: { ...settings, STORAGE_MAX_FILE_SIZE: 500_000_000, MINIO_PATH_STYLE: true },
  secret: { values: { DATABASE_URL: 'mysql://a:b@tidb:4000/tidesync', MINIO_ACCESS_KEY: 'a' } },
  objectStoreCaConfigMap: 'our-ca',
  imagePullSecrets: [{ name: 'pull' }],
  ingress: { enabled: true, host: 'files.example.org', tlsSecret: 'files-tls' },
  autoscaling: { enabled: true },
  metrics: { serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  networkPolicy: {
    enabled: true,
    metricsFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
  },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  nodeSelector: { disk: 'fast' },
  podLabels: { team: 'files' },
};

const kindsOf = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind).sort();
const one = (manifests: readonly Manifest[], kind: string) => manifests.find((some) => some.kind === kind);

let small: Manifest[];
let large: Manifest[];
beforeAll(async () => {
  [small, large] = [await render(least), await render(most)];
});

describe.each([
  ['as little as possible', () => small, least],
  ['everything switched on', () => large, most],
])('with %s', (_, manifests, values) => {
  test('Helm finds nothing against it', async () => {
    expect(await helm('lint', values, '--strict')).toContain('0 chart(s) failed');
  });

  test('every object has the fields and values that Kubernetes knows', async () => {
    expect(wrongValues(manifests())).toEqual([]);
    expect(await wrongFields(manifests())).toBe('');
  });
});

test('a field that Kubernetes does not know is found, so that the check above means something', async () => {
  const [deployment] = small.filter(({ kind }) => kind === 'Deployment');
  const spoilt = structuredClone(deployment) as Manifest;
  spoilt.spec.template.spec.containers[0].redinessProbe = {};
  expect(await wrongFields([spoilt])).toContain('redinessProbe');
  spoilt.spec.replicas = 'two';
  expect(wrongValues([spoilt])).toEqual([expect.stringContaining('replicas must be integer')]);
});

test('only what is asked for is made', () => {
  expect(kindsOf(small)).toEqual(
    ['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Service', 'Service', 'ServiceAccount'].sort(),
  );
  const more = ['HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy', 'Secret', 'ServiceMonitor'];
  expect(kindsOf(large)).toEqual([...kindsOf(small), ...more].sort());
});

describe('a pod', () => {
  const podOf = (manifests: readonly Manifest[]) => {
    const pod = theDeployment(manifests).spec?.template.spec;
    const [container] = pod?.containers ?? [];
    if (pod === undefined || container === undefined) throw new Error('the deployment has no container');
    return { pod, container };
  };

  test('has no rights, no root, no writable image and no key to Kubernetes', () => {
    const { pod, container } = podOf(small);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources?.limits).toHaveProperty('memory');
  });

  test('is replaced without a gap: a new one first, out of the service before it stops, and time to finish', () => {
    const { pod, container } = podOf(small);
    expect(theDeployment(small).spec?.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(container.readinessProbe?.httpGet?.path).toBe('/ready');
    expect(container.livenessProbe?.httpGet?.path).toBe('/health');
    expect(container.lifecycle?.preStop?.exec?.command).toEqual(['sleep', '5']);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(60);
  });

  test('takes its settings from one map and its secrets from one secret', () => {
    expect(podOf(small).container.envFrom).toEqual([
      { configMapRef: { name: 'try-tidesync' } },
      { secretRef: { name: 'tidesync-keys' } },
    ]);
    expect(podOf(large).container.envFrom?.[1]).toEqual({ secretRef: { name: 'try-tidesync' } });
    expect(one(large, 'ConfigMap')?.data).toMatchObject({
      MINIO_ENDPOINT: 'http://minio.storage.svc:9000',
      STORAGE_MAX_FILE_SIZE: '500000000',
      MINIO_PATH_STYLE: 'true',
    });
  });

  test('is replaced when a setting changes', async () => {
    const sum = (manifests: readonly Manifest[]) =>
      theDeployment(manifests).spec?.template.metadata?.annotations?.['checksum/settings'];
    const other = await render({ ...least, settings: { ...settings, DEFAULT_QUOTA: '5GB' } });
    expect(sum(other)).not.toBe(sum(small));
    expect(sum(await render(least))).toBe(sum(small));
  });

  test('knows the authority of the store where there is one', () => {
    const { pod, container } = podOf(large);
    expect(container.env).toContainEqual({ name: 'MINIO_CA_FILE', value: '/etc/tidesync/ca/ca.pem' });
    expect(pod.volumes).toContainEqual({ name: 'ca', configMap: { name: 'our-ca' } });
  });
});

test('the ingress lets in calls and nothing else, by TLS, and lets streams run', () => {
  const ingress = one(large, 'Ingress');
  expect(ingress?.spec.tls).toEqual([{ hosts: ['files.example.org'], secretName: 'files-tls' }]);
  const [rule] = ingress?.spec.rules ?? [];
  expect(rule.http.paths.map((part: { path: string }) => part.path)).toEqual(['/trpc', '/health', '/ready']);
  expect(ingress?.metadata).toMatchObject({
    annotations: {
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
      'nginx.ingress.kubernetes.io/proxy-body-size': '20m',
    },
  });
});

const refused = [
  ['no settings at all', {}, 'secret.existingSecret'],
  ['no object store', { ...least, settings: {} }, 'STORAGE_BACKEND'],
  ['packs in the pod', { ...least, settings: { STORAGE_BACKEND: 'local' } }, 'pods keep nothing'],
  [
    'a secret among the settings',
    { ...least, settings: { ...settings, DATABASE_URL: 'mysql://a' } },
    'DATABASE_URL',
  ],
  ['a value that the chart does not know', { ...least, replicas: 3 }, 'replicas'],
  ['an ingress without TLS', { ...least, ingress: { enabled: true, host: 'a.example.org' } }, 'tlsSecret'],
  ['an ingress without a name', { ...least, ingress: { enabled: true, tlsSecret: 'a' } }, 'ingress.host'],
  ['no servers', { ...least, replicaCount: 0 }, 'replicaCount'],
] as const;
test.each(refused)('%s is refused, and the message says what to do', async (_, values, words) => {
  await expect(render(values)).rejects.toMatchObject({ stderr: expect.stringContaining(words) });
});
