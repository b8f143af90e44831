import { Secret } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { definitionText, load } from './definition-text.ts';

test('every default is filled in, sizes as bytes and durations as milliseconds', () => {
  const { definition } = load(definitionText());
  expect(definition.format).toEqual({ type: 'json' });
  expect(definition.timestamp).toEqual({ column: 'time', format: 'auto' });
  expect(definition.source).toMatchObject({ window: { hoursBefore: 0, hoursAfter: 0 } });
  expect(definition.rollup.segmentGranularity).toBe('hour');
  expect(definition.output.compression).toEqual({ codec: 'zstd', level: 3 });
  expect(definition.schedule).toEqual({ delayMs: 0, latenessMs: 0 });
  expect(definition.guards).toEqual({ maxShrinkRatio: 0.2, maxRejectedRatio: 0.001 });
  expect(definition.limits).toEqual({
    memoryBytes: 4 * 2 ** 30,
    diskBytes: 50 * 2 ** 30,
    maxRecordBytes: 2 ** 20,
    maxRejectedBytes: 256 * 2 ** 20,
    maxLateBytes: 256 * 2 ** 20,
    runtimeMs: 3_600_000,
  });
  expect(definition.druid).toBeUndefined();
  expect(definition.deduplicate).toBeUndefined();
});

test('paths are relative to the folder of the definition', () => {
  const { definition, path } = load(
    definitionText({
      source: '{ type: files, paths: ["../data/*.json", /abs/x.json] }',
      output: '{ store: "file:./w" }',
    }),
  );
  expect(path).toBe('/pipelines/x.yaml');
  expect(definition.source).toMatchObject({ paths: ['/data/*.json', '/abs/x.json'] });
  expect(definition.output.store).toEqual({ type: 'file', path: '/pipelines/w' });
});

describe('columns', () => {
  test('a dimension by name alone reads the nested field and is named by its whole path', () => {
    const { program } = load(definitionText({ rollup: '{ queryGranularity: hour, dimensions: [geo.city] }' }));
    expect(program.dimensions).toEqual([{ name: 'geo.city', path: ['geo', 'city'], type: 'string', multiValue: null }]);
  });

  test('a multi-value dimension is sorted as in Druid unless it says otherwise', () => {
    const dimensions = '[{ name: a, multiValue: true }, { name: b, multiValue: true, multiValueHandling: ARRAY }]';
    const { program } = load(definitionText({ rollup: `{ queryGranularity: hour, dimensions: ${dimensions} }` }));
    expect(program.dimensions.map(({ multiValue }) => multiValue)).toEqual(['SORTED_ARRAY', 'ARRAY']);
  });

  test('a definition without a count metric gets one named count, at the end', () => {
    const metrics = '[{ name: bytes, type: longSum, field: size }]';
    const rollup = `{ queryGranularity: hour, dimensions: [], metrics: ${metrics} }`;
    const { program } = load(definitionText({ rollup }));
    expect(program.countMetric).toBe('count');
    expect(program.metrics).toEqual([
      { name: 'bytes', type: 'longSum', path: ['size'] },
      { name: 'count', type: 'count' },
    ]);
  });

  test('a count metric under any name is the count metric', () => {
    const rollup = '{ queryGranularity: hour, dimensions: [count], metrics: [{ name: events, type: count }] }';
    expect(load(definitionText({ rollup })).program.countMetric).toBe('events');
  });

  test('a program is frozen all the way down', () => {
    const { program } = load(definitionText({ filter: 'a = 1' }));
    expect(Object.isFrozen(program) && Object.isFrozen(program.dimensions[0]?.path)).toBe(true);
    expect(Object.isFrozen(program.filter)).toBe(true);
  });
});

describe('addresses', () => {
  test('one router stands for all three, and an address of its own goes first', () => {
    const druid = '{ dataSource: x, router: "http://r:8888/", broker: "http://b:8082" }';
    expect(load(definitionText({ druid })).definition.druid).toMatchObject({
      coordinator: 'http://r:8888',
      overlord: 'http://r:8888',
      broker: 'http://b:8082',
    });
  });

  test("the Overlord is at the Coordinator's address", () => {
    const druid = '{ dataSource: x, coordinator: "http://c:8081", broker: "http://b:8082" }';
    expect(load(definitionText({ druid })).definition.druid).toMatchObject({ overlord: 'http://c:8081' });
  });

  test('an endpoint of its own is addressed by path, AWS by host name', () => {
    const s3 = (rest: string) => load(definitionText({ source: `{ type: s3, bucket: raw, prefix: x/${rest} }` }));
    expect(s3('').definition.source).toMatchObject({ connection: { region: 'us-east-1', pathStyle: false } });
    expect(s3(', endpoint: "http://h:1"').definition.source).toMatchObject({ connection: { pathStyle: true } });
    expect(s3(', endpoint: "http://h:1", pathStyle: false').definition.source).toMatchObject({
      connection: { pathStyle: false },
    });
  });

  test.each([
    ['file:../w', { type: 'file', path: '/w' }],
    ['file:///abs/a%20b', { type: 'file', path: '/abs/a b' }],
    ['s3://bucket', { type: 's3', bucket: 'bucket', prefix: '' }],
    ['s3://bucket/a/b/', { type: 's3', bucket: 'bucket', prefix: 'a/b' }],
  ])('the store %s', (store, expected) => {
    expect(load(definitionText({ output: `{ store: "${store}" }` })).definition.output.store).toMatchObject(expected);
  });
});

describe('a Kafka source', () => {
  const kafka = (rest = '', sections = {}) =>
    load(definitionText({ source: `{ type: kafka, brokers: ["a:1, b:2", "c:3"], topic: raw${rest} }`, ...sections }));

  test('reads what is committed, with five minutes before the hour and fifteen after it', () => {
    const { definition, program } = kafka();
    expect(definition.source).toEqual({
      type: 'kafka',
      topic: 'raw',
      isolation: 'read_committed',
      tombstones: 'reject',
      window: { beforeMs: 300_000, afterMs: 900_000 },
      connection: { brokers: ['a:1', 'b:2', 'c:3'], tls: null, sasl: null },
    });
    expect(program.kafkaFields).toBe(true);
  });

  test('the module of a token provider is relative to the folder of the definition', () => {
    const { definition } = kafka(', sasl: { mechanism: OAUTHBEARER, tokenProvider: ../auth/token.mjs }');
    expect(definition.source).toMatchObject({ connection: { sasl: { tokenProvider: '/auth/token.mjs' } } });
  });

  test('password and private key print as ***', () => {
    const pem = '-----BEGIN CERTIFICATE-----';
    const { definition } = kafka(
      `, tls: { cert: "${pem}", key: "\${file:key}" }, sasl: { mechanism: PLAIN, username: u, password: "\${file:p}" }`,
    );
    expect(JSON.stringify(definition)).not.toContain('text of');
    const { connection } = definition.source as { connection: { tls: { key: Secret }; sasl: { password: Secret } } };
    expect([connection.tls.key.reveal(), connection.sasl.password.reveal()]).toEqual([
      'text of /pipelines/key',
      'text of /pipelines/p',
    ]);
  });

  test('what Kafka knows of a message can be named wherever a field can be', () => {
    const { program } = kafka('', {
      timestamp: '{ column: kafka.timestamp, format: millis }',
      deduplicate: '{ key: [kafka.partition, kafka.offset] }',
      filter: `kafka.headers.type = 'a' and kafka.headers["a.b"] is null`,
      rollup:
        '{ queryGranularity: hour, dimensions: [kafka.key, event.kafka], metrics: [{ name: last, type: longMax, field: kafka.offset }] }',
    });
    expect(program.timestamp.path).toEqual(['kafka', 'timestamp']);
    expect(program.dimensions.map(({ path }) => path)).toEqual([
      ['kafka', 'key'],
      ['event', 'kafka'],
    ]);
  });

  test('of another source, kafka is a field like any other', () => {
    const { program } = load(
      definitionText({ filter: 'kafka = 1', rollup: '{ queryGranularity: hour, dimensions: [kafka.foo] }' }),
    );
    expect(program.dimensions[0]?.path).toEqual(['kafka', 'foo']);
    expect(program).not.toHaveProperty('kafkaFields');
  });
});

describe('references to the outside', () => {
  const value = (filter: string, env: Record<string, string> = {}) =>
    load(definitionText({ filter }), { env: (name) => env[name] }).definition.filter;

  test('an environment variable is taken as it is and never looked at again', () => {
    expect(value(`"a = '\${env:A}'"`, { A: `\${env:B}: {x: [1]}` })).toBe(`a = '\${env:B}: {x: [1]}'`);
  });

  test('a value from outside cannot bring in YAML', () => {
    const { definition } = load(definitionText({ druid: `{ dataSource: "\${env:A}", router: "http://r" }` }), {
      env: () => 'x, broker: "http:evil" }',
    });
    expect(definition.druid).toMatchObject({ dataSource: 'x, broker: "http:evil" }' });
  });

  test('a default is taken for a variable that is unset or empty', () => {
    expect(value(`"a = '\${env:A:-b:-c}'"`)).toBe("a = 'b:-c'");
    expect(value(`"a = '\${env:A:-b}'"`, { A: '' })).toBe("a = 'b'");
    expect(value(`"a = '\${env:A:-b}'"`, { A: 'x' })).toBe("a = 'x'");
    expect(value(`"a = '\${env:A}'"`, { A: '' })).toBe("a = ''");
  });

  test('$${ stands for ${', () => {
    expect(value(`"a = '$\${env:A}'"`)).toBe(`a = '\${env:A}'`);
  });

  test('a file is read beside the definition, without the line break at its end, and a secret prints as ***', () => {
    const paths: string[] = [];
    const druid = `{ dataSource: x, router: "http://r", username: u, password: "\${file:secrets/druid}" }`;
    const { definition } = load(definitionText({ druid }), {
      readFile: (path) => {
        paths.push(path);
        return 'hunter2\n';
      },
    });
    expect(paths).toEqual(['/pipelines/secrets/druid']);
    expect(definition.druid?.password).toBeInstanceOf(Secret);
    expect(definition.druid?.password?.reveal()).toBe('hunter2');
    expect(JSON.stringify(definition)).not.toContain('hunter2');
  });
});
