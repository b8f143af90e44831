import { createServer } from 'node:net';
import { chunkAt } from '@hourmill/core';
import { kafkaSource } from '@hourmill/kafka';
import { expect, test } from 'vitest';
import { durationText } from '../../src/doctor/duration-text.ts';

const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');

/** A port of this machine that nobody listens to. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}

test('where no broker answers the first check says so, and the others do not try', async () => {
  await using source = kafkaSource({
    connection: { brokers: [`127.0.0.1:${await deadPort()}`], tls: null, sasl: null },
    topic: 'events',
    isolation: 'read_committed',
    tombstones: 'reject',
    window: { beforeMs: 0, afterMs: 0 },
  });
  const [brokers, ...others] = source.checks?.(CHUNK) ?? [];
  const signal = AbortSignal.timeout(20_000);
  await expect(brokers?.look(signal)).rejects.toMatchObject({ code: 'HM_INPUT_005' });
  const startMs = Date.now();
  for (const { name, look } of others) {
    await expect(look(signal), name).rejects.toMatchObject({
      code: 'HM_INPUT_005',
      message: expect.stringMatching(/^not looked at: first kafka (brokers|versions|topic) must be right$/),
    });
  }
  expect(Date.now() - startMs).toBeLessThan(2_000);
});

test.each([
  [400, '0.4 s'],
  [59_949, '59.9 s'],
  [15 * 60_000, '15 min'],
  [6 * 86_400_000 + 3 * 3_600_000 + 60_000, '6 d 3 h'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
