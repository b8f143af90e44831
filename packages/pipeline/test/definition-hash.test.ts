import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadDefinition } from '../src/index.ts';

const PLAIN = `
name: impressions
source: { type: s3, bucket: raw, prefix: "raw/{yyyy}/", endpoint: "http://a:1", window: { hoursBefore: 0, hoursAfter: 1 } }
format: { type: json }
timestamp: { column: time, format: iso }
deduplicate: { key: [id], keep: first }
filter: "a = 1 and b = 'x'"
rollup:
  segmentGranularity: hour
  queryGranularity: minute
  dimensions: [publisher, { name: tags, multiValue: true }]
  metrics: [{ name: events, type: count }, { name: bytes, type: longSum, field: size }]
output: { store: "file:./w", compression: { codec: zstd, level: 3 } }
druid: { dataSource: x, coordinator: "http://c:1", broker: "http://b:1" }
`;

type Tree = Record<string, unknown>;

function hashOf(text: string, path = '/pipelines/x.yaml'): string {
  return loadDefinition(path, { text, env: () => 'from outside', readFile: () => '' }).definitionHash;
}

function edited(edit: (tree: Tree & Record<string, Tree>) => void): string {
  const tree = parse(PLAIN) as Tree & Record<string, Tree>;
  edit(tree);
  return hashOf(stringify(tree));
}

const original = hashOf(PLAIN);

test('the hash of this definition stays what it is: a new one would rebuild every hour of every user', () => {
  expect(original).toBe('4a26386a562db9573d8bffad479d012d3e9fe3668daee3668f0c1e713f6e4c61');
});

function reverse(list: unknown): void {
  if (Array.isArray(list)) list.reverse();
}

/** The same tree with the keys of its maps in another order. */
function shuffled(value: unknown, order: (key: string) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => order(a) - order(b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, shuffled(inner, order)]));
}

test('the order of keys, comments and the style of YAML do not change it', () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), (seed, flow) => {
      const order = (key: string) => Math.sin([...key].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed));
      const text = stringify(shuffled(parse(PLAIN), order), { collectionStyle: flow ? 'flow' : 'block' });
      expect(hashOf(`# a comment\n${text}`)).toBe(original);
    }),
    { numRuns: 30 },
  );
});

test.each<[string, (tree: Tree & Record<string, Tree>) => void]>([
  [
    'a dimension in its long form',
    (tree) =>
      Object.assign(tree.rollup ?? {}, {
        dimensions: [
          { name: 'publisher', type: 'string', path: '["publisher"]' },
          { name: 'tags', multiValue: true, multiValueHandling: 'SORTED_ARRAY' },
        ],
      }),
  ],
  ['a filter with other spaces and keywords', (tree) => Object.assign(tree, { filter: " (a=1)  AND 'x' = b " })],
  [
    'defaults left out',
    (tree) => {
      delete tree.format;
      delete tree.output?.compression;
      delete tree.rollup?.segmentGranularity;
    },
  ],
  [
    'what limits memory, disk, time and the size of all rejects',
    (tree) =>
      Object.assign(tree, { limits: { memory: '1GiB', disk: '1GiB', runtime: 'PT2H', maxRejectedBytes: '1MiB' } }),
  ],
  ['guards', (tree) => Object.assign(tree, { guards: { maxShrinkRatio: 1 } })],
  ['the schedule', (tree) => Object.assign(tree, { schedule: { delay: 'PT1H' } })],
  [
    'addresses and keys of S3',
    (tree) =>
      Object.assign(tree.source ?? {}, {
        endpoint: 'http://b:2',
        region: 'x',
        accessKeyId: 'k',
        secretAccessKey: `\${env:K}`,
      }),
  ],
  ['the store', (tree) => Object.assign(tree.output ?? {}, { store: 's3://elsewhere' })],
  [
    'addresses of Druid',
    (tree) => Object.assign(tree, { druid: { dataSource: 'x', router: 'http://r:1', taskTimeout: 'PT2H' } }),
  ],
])('%s does not change it', (_what, edit) => {
  expect(edited(edit)).toBe(original);
});

test.each<[string, (tree: Tree & Record<string, Tree>) => void]>([
  ['the bucket', (tree) => Object.assign(tree.source ?? {}, { bucket: 'other' })],
  ['the prefix', (tree) => Object.assign(tree.source ?? {}, { prefix: 'raw/' })],
  ['the window', (tree) => Object.assign(tree.source ?? {}, { window: { hoursBefore: 1 } })],
  ['files in place of S3', (tree) => Object.assign(tree, { source: { type: 'files', paths: ['x'] } })],
  ['the time column', (tree) => Object.assign(tree.timestamp ?? {}, { column: 'at' })],
  ['the time format', (tree) => Object.assign(tree.timestamp ?? {}, { format: 'millis' })],
  ['the key', (tree) => Object.assign(tree.deduplicate ?? {}, { key: ['id', 'x'] })],
  ['which duplicate stays', (tree) => Object.assign(tree.deduplicate ?? {}, { keep: 'last' })],
  [
    'no deduplication',
    (tree) => {
      delete tree.deduplicate;
    },
  ],
  ['the longest record', (tree) => Object.assign(tree, { limits: { maxRecordBytes: '2MiB' } })],
  ['the filter', (tree) => Object.assign(tree, { filter: 'a = 2' })],
  ['the chunk', (tree) => Object.assign(tree.rollup ?? {}, { segmentGranularity: 'day' })],
  ['the buckets', (tree) => Object.assign(tree.rollup ?? {}, { queryGranularity: 'hour' })],
  ['the order of dimensions', (tree) => reverse(tree.rollup?.dimensions)],
  ['the order of metrics', (tree) => reverse(tree.rollup?.metrics)],
  ['the codec', (tree) => Object.assign(tree.output ?? {}, { compression: { codec: 'snappy' } })],
  ['the level', (tree) => Object.assign(tree.output ?? {}, { compression: { codec: 'zstd', level: 4 } })],
  ['the data source', (tree) => Object.assign(tree.druid ?? {}, { dataSource: 'y' })],
])('%s changes it', (_what, edit) => {
  expect(edited(edit)).not.toBe(original);
});

const KAFKA = PLAIN.replace(
  /source: .*/,
  'source: { type: kafka, brokers: ["b:1"], topic: raw, window: { before: PT5M, after: PT15M } }',
);

function editedKafka(edit: Tree): string {
  const tree = parse(KAFKA) as Tree & Record<string, Tree>;
  Object.assign(tree.source ?? {}, edit);
  return hashOf(stringify(tree));
}

test('the hash of this definition of a Kafka source stays what it is', () => {
  expect(hashOf(KAFKA)).toBe('2ad33ad09a13357bd525dafd84fc39a059f24b6cfcb44174cab378f306c6ac08');
});

test.each<[string, Tree]>([
  ['the brokers', { brokers: ['c:1', 'd:2,e:3'] }],
  ['TLS', { tls: { ca: '-----BEGIN CERTIFICATE-----' } }],
  ['who we are', { sasl: { mechanism: 'PLAIN', username: 'u', password: `\${env:P}` } }],
  ['the module of tokens', { sasl: { mechanism: 'OAUTHBEARER', tokenProvider: './token.mjs' } }],
  ['defaults that are spelled out', { isolation: 'read_committed', tombstones: 'reject' }],
  ['defaults left out', { window: undefined }],
  ['a window of the same length', { window: { before: 'PT300S', after: 'PT900S' } }],
])('%s of a Kafka source does not change it', (_what, edit) => {
  expect(editedKafka(edit)).toBe(hashOf(KAFKA));
});

test('topic, isolation, tombstones and window of a Kafka source change it', () => {
  const edits: Tree[] = [
    {},
    { topic: 'other' },
    { isolation: 'read_uncommitted' },
    { tombstones: 'skip' },
    { window: { before: 'PT6M' } },
    { window: { after: 'PT16M' } },
  ];
  expect(new Set(edits.map(editedKafka)).size).toBe(edits.length);
});

test('the window and the order of paths of files change it', () => {
  const files = (source: string) => hashOf(PLAIN.replace(/source: .*/, `source: { type: files, ${source} }`));
  const hashes = [files('paths: [a, b]'), files('paths: [b, a]'), files('paths: [a, b], window: { hoursAfter: 1 }')];
  expect(new Set(hashes).size).toBe(3);
});

test('the folder that a definition lies in does not change it', () => {
  const text = PLAIN.replace(/source: .*/, 'source: { type: files, paths: [../data/x.json] }');
  expect(hashOf(text, '/a/x.yaml')).toBe(hashOf(text, '/b/c/y.yaml'));
});
