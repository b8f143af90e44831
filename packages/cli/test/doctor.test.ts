import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definition, event, hourmill, Workplace } from './hourmill.ts';
import { type Lie, lyingS3 } from './lying-s3.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

async function storeFinding(place: Workplace, store: string): Promise<{ status: number | null; finding: Finding }> {
  place.file('in.json', event());
  const text = definition(['in.json']).replace('"file:./warehouse"', store);
  const pipeline = place.file('p.yaml', text);
  const { status, stdout } = await hourmill(['doctor', '-p', pipeline, '--json'], { env: { S3_SECRET: 'secret' } });
  const findings: readonly Finding[] = JSON.parse(stdout).findings;
  const finding = findings.find(({ check }) => check === 'store');
  if (finding === undefined) throw new Error(stdout);
  return { status, finding };
}

const s3Store = (endpoint: string) =>
  `"s3://bucket/results", endpoint: "${endpoint}", region: us-east-1, pathStyle: true, accessKeyId: key, secretAccessKey: "\${env:S3_SECRET}"`;

test.each<readonly [Lie, string]>([
  ['ignores', 'writers create one object'],
  ['races', 'writers create one object'],
  ['forgets', 'did not list an object that it had created'],
  ['stale', 'gave back other bytes than were written last'],
])('doctor refuses a store whose server %s', async (lie, words) => {
  using place = new Workplace();
  await using server = await lyingS3(lie);
  const { status, finding } = await storeFinding(place, s3Store(server.endpoint));
  expect(finding).toMatchObject({ ok: false, detail: expect.stringContaining('HM_STORE_005') });
  expect(finding.detail).toContain(words);
  expect(status).toBe(1);
  expect([...server.objects.keys()]).toEqual([]);
});

test('doctor proves a server that keeps the protocol, and a folder, and leaves nothing behind', async () => {
  using place = new Workplace();
  await using server = await lyingS3('honest');
  const ofServer = await storeFinding(place, s3Store(server.endpoint));
  expect(ofServer.finding).toMatchObject({ ok: true, detail: expect.stringContaining('of several writers one wins') });
  expect([...server.objects.keys()]).toEqual([]);
  const ofFolder = await storeFinding(place, '"file:./warehouse"');
  expect(ofFolder.finding.ok).toBe(true);
  const left = readdirSync(join(place.folder, 'warehouse'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});

test('a store without rights to write is a failed check with the reason', async () => {
  using place = new Workplace();
  place.file('taken', 'a file');
  const { status, finding } = await storeFinding(place, '"file:./taken"');
  expect(finding).toMatchObject({ ok: false, detail: expect.stringContaining('HM_STORE_002') });
  expect(finding.detail).toContain('hard links and fsync');
  expect(status).toBe(1);
});
