// The arrows of docs/architecture.md: a package may import only what stands to its right.
const ALLOWED = {
  core: [],
  pipeline: ['core'],
  objects: ['core', 'pipeline'],
  kafka: ['core', 'pipeline'],
  ledger: ['core'],
  druid: ['core', 'pipeline'],
  record: ['core', 'pipeline'],
  sidecar: ['core', 'pipeline', 'record'],
  reference: ['core', 'pipeline', 'record', 'sidecar'],
  kernel: ['core', 'pipeline'],
  parquet: ['core', 'kernel'],
  engine: ['core', 'pipeline', 'record', 'sidecar', 'kernel', 'parquet'],
  rollup: ['core', 'pipeline', 'record', 'sidecar', 'kernel', 'parquet'],
  runner: ['core', 'pipeline', 'sidecar'],
  stack: ['core'],
  testkit: ['core', 'pipeline', 'record', 'sidecar'],
  cli: [
    'core',
    'pipeline',
    'objects',
    'kafka',
    'ledger',
    'druid',
    'record',
    'reference',
    'engine',
    'sidecar',
    'rollup',
    'runner',
    'stack',
  ],
};

const layers = Object.entries(ALLOWED).map(([name, below]) => ({
  name: `${name}-imports-down-only`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...below].join('|')})/` },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: 'known-packages-only',
      severity: 'error',
      from: { path: `^packages/(?!(${Object.keys(ALLOWED).join('|')})/)` },
      to: {},
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'by-package-name',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/($1/|[^/]+/src/index\\.ts$)' },
    },
    {
      name: 'core-and-pipeline-do-no-io',
      severity: 'error',
      from: { path: '^packages/(core|pipeline)/src/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util|url|path|timers/promises)$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
