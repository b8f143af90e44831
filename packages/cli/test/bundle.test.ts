import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** The files of the bundle that a command loads, on all of its threads. */
async function loadedBy(args: readonly string[], place: Workplace): Promise<readonly string[]> {
  const folder = join(place.folder, 'coverage');
  mkdirSync(folder);
  const { status } = await hourmill(args, { env: { NODE_V8_COVERAGE: folder } });
  expect(status).toBe(0);
  const urls = readdirSync(folder).flatMap((file) =>
    (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage).result.map(({ url }) => url),
  );
  return [...new Set(urls.filter((url) => url.includes('/packages/cli/build/')))].map((url) => fileURLToPath(url));
}

/** Names of the libraries whose code these files hold. */
function librariesIn(files: readonly string[]): string[] {
  const marks = { kafkajs: 'KafkaJSConnectionError', s3: 'S3ServiceException', arrow: 'RecordBatchStreamWriter' };
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return Object.entries(marks).flatMap(([name, mark]) => (texts.some((text) => text.includes(mark)) ? [name] : []));
}

test('the marks of the libraries are in the bundle', () => {
  const build = fileURLToPath(new URL('../build/', import.meta.url));
  const all = readdirSync(build).filter((name) => name.endsWith('.mjs'));
  expect(librariesIn(all.map((name) => join(build, name)))).toEqual(['kafkajs', 's3', 'arrow']);
});

test('a run on files loads nothing of Kafka, of S3 or of Arrow', async () => {
  using place = new Workplace();
  place.file('in.json', event());
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const files = await loadedBy(['run', '-p', pipeline, '--hour', HOUR], place);
  expect(files.length).toBeGreaterThan(2);
  expect(librariesIn(files)).toEqual([]);
});

test('--help loads the command line alone', async () => {
  using place = new Workplace();
  expect(librariesIn(await loadedBy(['--help'], place))).toEqual([]);
});
