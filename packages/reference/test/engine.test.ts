import { setTimeout as sleep } from 'node:timers/promises';
import { at, buildFiles, engineConformance, hostileFile, hostileProgram, lines } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { referenceEngine } from './support/reference-engine.ts';

engineConformance('the reference engine', referenceEngine());

test('how its input comes in pieces changes nothing', async () => {
  const files = fc.array(hostileFile(15), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(files, hostileProgram(), fc.integer({ min: 1, max: 300 }), async (bytes, program, pieceBytes) => {
      const whole = await buildFiles(referenceEngine(), { files: bytes, program });
      const cut = await buildFiles(referenceEngine({ pieceBytes }), { files: bytes, program });
      expect([cut.parts, cut.rejects, cut.result.counts]).toEqual([whole.parts, whole.rejects, whole.result.counts]);
    }),
    { numRuns: 60 },
  );
});

describe('over its memory limit', () => {
  const limits = { memoryBytes: 1 << 20 };
  const failure = {
    code: 'HM_LIMIT_001',
    message: expect.stringContaining('0 keys and 1 groups') as string,
  };

  test('it fails, saying what it held', async () => {
    await expect(buildFiles(referenceEngine(), { files: [lines(at(1))], limits })).rejects.toMatchObject(failure);
  });

  test('it notices at every rest, however few records it has read', async () => {
    // Longer than a turn of the event loop may last, so that a rest is due after each piece.
    const engine = referenceEngine({ pieceBytes: lines(at(1)).length, beforePiece: () => sleep(30) });
    const program = { queryGranularityMs: 60_000 };
    const files = [lines(at(1), at(2), at(3))];
    await expect(buildFiles(engine, { program, files, limits })).rejects.toMatchObject(failure);
  });
});
