import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, HourmillError, retry, Secret, systemClock } from '../src/index.ts';

describe('errors', () => {
  test('every code is named HM_<AREA>_<NNN> and has its manual entry right above it', () => {
    const lines = readFileSync(new URL('../src/error-codes.ts', import.meta.url), 'utf8').split('\n');
    for (const code of Object.keys(ERROR_CODES)) {
      expect(code).toMatch(/^HM_[A-Z]+_\d{3}$/);
      const line = lines.findIndex((text) => text.trim().startsWith(`${code}:`));
      expect(lines[line - 1]?.trim(), code).toMatch(/\*\/$/);
    }
  });

  test('an error carries the exit code of its code', () => {
    expect(new HourmillError('HM_INPUT_001', 'gone').exitCode).toBe(5);
    expect(new HourmillError('HM_DRUID_001', 'down')).toMatchObject({ exitCode: 75, retryable: true });
  });
});

describe('secrets', () => {
  test('a secret prints as *** in every way but reveal', () => {
    const secret = new Secret('hunter2');
    const printed = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }),
      String(secret),
    ];
    for (const text of printed) expect(text).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});

describe('retry', () => {
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };

  test('goes on while the error is retryable and the deadline lies ahead, then throws the last error', async () => {
    nowMs = 0;
    let tries = 0;
    const failing = retry(
      async () => {
        tries += 1;
        throw new HourmillError('HM_STORE_001', `try ${tries}`);
      },
      { clock, deadlineMs: 1_000, random: () => 1 - Number.EPSILON },
    );
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: `try ${tries}` });
    expect(tries).toBeGreaterThan(2);
    expect(nowMs).toBeLessThanOrEqual(1_000);
  });

  test('does not repeat what cannot succeed', async () => {
    let tries = 0;
    const refused = retry(
      async () => {
        tries += 1;
        throw new HourmillError('HM_STORE_002', 'refused');
      },
      { clock: systemClock, deadlineMs: 60_000 },
    );
    await expect(refused).rejects.toThrow('refused');
    expect(tries).toBe(1);
  });
});
