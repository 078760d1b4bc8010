// The programs of other people that the product runs against: what they are called, how to know them, and how
// each is built from its source. Versions are exact, so that every machine tests the same.

/** Servers that tests start. */
export type ServerKind = 'tidb' | 'minio' | 'nats' | 'versitygw';
/** `mc` gives out MinIO's keys and policies; the others run or check what is in `deploy/`. */
export type ToolKind = 'mc' | 'caddy' | 'compose' | 'helm';
export type ProgramKind = ServerKind | ToolKind;

const serverKinds: readonly ServerKind[] = ['tidb', 'minio', 'nats', 'versitygw'];
export const programKinds: readonly ProgramKind[] = [...serverKinds, 'mc', 'caddy', 'compose', 'helm'];

/** Go that builds all of them. */
export const GO_NEEDED = '1.26';

/** How Go builds one: a package of a module as it is, or through a `go.mod` of ours. */
export type Build =
  | { readonly how: 'install'; readonly target: string }
  | { readonly how: 'module'; readonly goMod: string; readonly target: string };

export interface Program {
  /** What people call it. */
  readonly title: string;
  /** The file that Go builds. */
  readonly file: string;
  /** Names under which it may lie on PATH, likeliest first. */
  readonly names: readonly string[];
  /** Arguments that make it say its version, and what it then says; nothing else of the same name does. */
  readonly versionArgs: readonly string[];
  readonly says: RegExp;
  /** Of what is built; part of the name of its folder in the cache. */
  readonly version: string;
  readonly build: Build;
  /** How long the first build takes with two cores. */
  readonly buildTakes: string;
  /** Image for an engine of containers; null where a container would be of no use. */
  readonly image: string | null;
}

const TIDB_VERSION = 'v1.1.0-beta.0.20251126154744-e4e814fdc0af';
const TIDB_PARSER_VERSION = 'v0.0.0-20251126154744-e4e814fdc0af';
const MINIO_VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const MC_VERSION = 'v0.0.0-20250313080218-cf909e1063a9';
const NATS_VERSION = 'v2.15.2';
const VERSITYGW_VERSION = 'v1.8.0';
const CADDY_VERSION = 'v2.11.9';
const COMPOSE_VERSION = 'v2.16.2';
const HELM_VERSION = 'v4.3.1';

/** TiDB's module is no `go install` target: it replaces modules, and only the main module may do so. */
const TIDB_GO_MOD = `module tidesync.test/tidb

go 1.25

tool github.com/pingcap/tidb/cmd/tidb-server

require (
	github.com/pingcap/tidb ${TIDB_VERSION}
	github.com/pingcap/tidb/pkg/parser ${TIDB_PARSER_VERSION}
)

replace (
	github.com/go-ldap/ldap/v3 => github.com/YangKeao/ldap/v3 v3.4.5-0.20230421065457-369a3bab1117
	sourcegraph.com/sourcegraph/appdash => github.com/sourcegraph/appdash v0.0.0-20190731080439-ebfcffb1b5c0
	sourcegraph.com/sourcegraph/appdash-data => github.com/sourcegraph/appdash-data v0.0.0-20151005221446-73f23eafcf67
)
`;

export const programs: Readonly<Record<ProgramKind, Program>> = {
  tidb: {
    title: 'TiDB',
    file: 'tidb-server',
    names: ['tidb-server'],
    versionArgs: ['-V'],
    says: /^Release Version:[\s\S]*^UTC Build Time:/m,
    version: TIDB_VERSION,
    build: { how: 'module', goMod: TIDB_GO_MOD, target: 'github.com/pingcap/tidb/cmd/tidb-server' },
    buildTakes: '5 minutes',
    image: 'pingcap/tidb:v8.5.4',
  },
  minio: {
    title: 'MinIO',
    file: 'minio',
    names: ['minio'],
    versionArgs: ['--version'],
    says: /^minio version [\s\S]*MinIO, Inc\./m,
    version: MINIO_VERSION,
    build: { how: 'install', target: `github.com/minio/minio@${MINIO_VERSION}` },
    buildTakes: '3 minutes',
    image: 'minio/minio:RELEASE.2025-09-07T16-13-09Z',
  },
  nats: {
    title: 'NATS',
    file: 'nats-server',
    names: ['nats-server'],
    versionArgs: ['--version'],
    says: /^nats-server: v2\./m,
    version: NATS_VERSION,
    build: { how: 'install', target: `github.com/nats-io/nats-server/v2@${NATS_VERSION}` },
    buildTakes: '20 seconds',
    image: 'nats:2.15.2',
  },
  versitygw: {
    title: 'versitygw',
    file: 'versitygw',
    names: ['versitygw'],
    versionArgs: ['--version'],
    says: /^Version\s*:[\s\S]*^BuildTime\s*:/m,
    version: VERSITYGW_VERSION,
    build: { how: 'install', target: `github.com/versity/versitygw/cmd/versitygw@${VERSITYGW_VERSION}` },
    buildTakes: '1 minute',
    image: 'versity/versitygw:v1.8.0',
  },
  mc: {
    title: "MinIO's mc",
    file: 'mc',
    // Midnight Commander is an `mc`, too; some systems therefore call this one `mcli`.
    names: ['mc', 'mcli'],
    versionArgs: ['--version'],
    says: /^mcl?i? version [\s\S]*MinIO, Inc\./m,
    version: MC_VERSION,
    build: { how: 'install', target: `github.com/minio/mc@${MC_VERSION}` },
    buildTakes: '30 seconds',
    image: null,
  },
  caddy: {
    title: 'Caddy',
    file: 'caddy',
    names: ['caddy'],
    versionArgs: ['version'],
    // Not an older one: rules of its configuration mean what they mean from here on.
    says: /^v2\.(1[1-9]|[2-9]\d)\./m,
    version: CADDY_VERSION,
    build: { how: 'install', target: `github.com/caddyserver/caddy/v2/cmd/caddy@${CADDY_VERSION}` },
    buildTakes: '3 minutes',
    image: null,
  },
  compose: {
    title: 'the loader of compose files',
    // What the package of its command is called; nobody has it on PATH.
    file: 'cmd',
    names: [],
    versionArgs: [],
    says: /$./,
    version: COMPOSE_VERSION,
    build: { how: 'install', target: `github.com/compose-spec/compose-go/v2/cmd@${COMPOSE_VERSION}` },
    buildTakes: '20 seconds',
    image: null,
  },
  helm: {
    title: 'Helm',
    file: 'helm',
    names: ['helm'],
    versionArgs: ['version', '--short'],
    says: /^v[34]\./m,
    version: HELM_VERSION,
    build: { how: 'install', target: `helm.sh/helm/v4/cmd/helm@${HELM_VERSION}` },
    buildTakes: '3 minutes',
    image: null,
  },
};

export function isServer(kind: ProgramKind): kind is ServerKind {
  return (serverKinds as readonly ProgramKind[]).includes(kind);
}

/** Environment variables with the address of a server that runs already, and what is written there. */
export const addressVariables: Readonly<Record<ServerKind, { name: string; example: string }>> = {
  tidb: { name: 'TIDESYNC_TEST_TIDB_URL', example: 'mysql://root@127.0.0.1:4000' },
  minio: { name: 'TIDESYNC_TEST_MINIO_URL', example: 'http://key:secret@127.0.0.1:9000' },
  nats: { name: 'TIDESYNC_TEST_NATS_URL', example: 'nats://127.0.0.1:4222' },
  versitygw: { name: 'TIDESYNC_TEST_VERSITYGW_URL', example: 'http://key:secret@127.0.0.1:7070' },
};
