import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadDefinition, pipelineJsonSchema } from '../src/index.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const EXAMPLES = ['pipelines/wikiticker.yaml', 'pipelines/wikiticker-kafka.yaml', 'pipelines/impressions.yaml'];

const accepts = new Ajv2020({ allErrors: true, strictTypes: false }).compile(pipelineJsonSchema());

test('schemas/pipeline.schema.json is the schema that validates (node scripts/write-schema.ts writes it)', () => {
  expect(JSON.parse(read('schemas/pipeline.schema.json'))).toEqual(pipelineJsonSchema());
});

test.each(EXAMPLES)('%s names the schema for editors, and is accepted by it', (path) => {
  const text = read(path);
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schemas/pipeline.schema.json');
  expect(accepts(parse(text)), JSON.stringify(accepts.errors)).toBe(true);
});

test.each(EXAMPLES)('%s loads with nothing set in the environment', (path) => {
  const { definition } = loadDefinition(path, {
    text: read(path),
    env: () => undefined,
    readFile: () => expect.fail('no file is needed'),
  });
  expect(path).toContain(definition.name);
});

test.each([
  ['an unknown key', (text: string) => text.replace('timestamp:', 'timestmap:')],
  ['an unknown key inside', (text: string) => text.replace('codec:', 'codek:')],
  ['another codec', (text: string) => text.replace('codec: zstd', 'codec: lz4')],
  ['another metric', (text: string) => text.replace('type: longMax', 'type: longMost')],
  ['a metric without a field', (text: string) => text.replace(', field: added', '')],
  ['a number for a text', (text: string) => text.replace('name: wikiticker', 'name: 5')],
  ['a store of another kind', (text: string) => text.replace('file:..', 'hdfs:..')],
])('the schema refuses %s', (_what, spoil) => {
  const text = read('pipelines/wikiticker.yaml');
  expect(spoil(text)).not.toBe(text);
  expect(accepts(parse(spoil(text)))).toBe(false);
});

const withSource = (source: string) =>
  parse(read('pipelines/wikiticker.yaml').replace(/^source:\n(?: .*\n)+/m, `source: ${source}\n`));

test.each([
  '{ type: kafka, brokers: ["a:1", "b:2,c:3"], topic: x }',
  `{ type: kafka, brokers: ["\${env:KAFKA_BROKERS}"], topic: x, tls: { ca: "\${file:ca.pem}" } }`,
  `{ type: kafka, brokers: ["a:1"], topic: x, sasl: { mechanism: PLAIN, username: u, password: "\${env:P}" } }`,
  '{ type: kafka, brokers: ["a:1"], topic: x, sasl: { mechanism: OAUTHBEARER, tokenProvider: ./t.mjs } }',
  '{ type: kafka, brokers: ["a:1"], topic: x, tombstones: skip, window: { after: PT1H } }',
])('the schema accepts the Kafka source %s', (source) => {
  expect(accepts(withSource(source)), JSON.stringify(accepts.errors)).toBe(true);
});

test.each([
  '{ type: kafka, topic: x }',
  '{ type: kafka, brokers: ["a:1"], topic: "a/b" }',
  '{ type: kafka, brokers: ["a:1"], topic: x, groupId: x }',
  '{ type: kafka, brokers: ["a:1"], topic: x, tls: { ca: ca.pem } }',
  '{ type: kafka, brokers: ["a:1"], topic: x, sasl: { mechanism: GSSAPI, username: u, password: x } }',
  '{ type: kafka, brokers: ["a:1"], topic: x, window: { before: 5m } }',
])('the schema refuses the Kafka source %s', (source) => {
  expect(accepts(withSource(source))).toBe(false);
});

test('the schema leaves alone what comes from outside', () => {
  const text = read('pipelines/wikiticker.yaml');
  expect(accepts(parse(`${text}\nlimits: { memory: "\${env:MEMORY}" }`)), JSON.stringify(accepts.errors)).toBe(true);
});
