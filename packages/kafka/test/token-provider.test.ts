import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readToken } from '../src/client/token-provider.ts';

const folder = mkdtempSync(join(tmpdir(), 'hourmill-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(name: string, source: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return file;
}

test('a module gives the token, by path or URL, at once or later', async () => {
  const now = moduleOf('now', "export default () => ({ value: 'a' })");
  const later = moduleOf('later', "export default async () => ({ value: 'b', extensions: { team: 'x' } })");
  expect(await readToken(now)).toEqual({ value: 'a' });
  expect(await readToken(pathToFileURL(later).href)).toEqual({ value: 'b', extensions: { team: 'x' } });
});

test.each([
  ['missing', undefined, /missing\.mjs fails/],
  ['no-function', 'export default 1', /exports no function/],
  ['throws', "export default () => { throw new Error('s3cret') }", /throws\.mjs fails/],
  ['no-token', "export default () => ({ token: 's3cret' })", /gives no \{ value: TOKEN \}/],
])('one that gives none is named, and nothing of what it says: %s', async (name, source, message) => {
  const module = source === undefined ? join(folder, `${name}.mjs`) : moduleOf(name, source);
  const failure = await readToken(module).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'HM_INPUT_004', message: expect.stringMatching(message) });
  expect(String(failure)).not.toContain('s3cret');
});
