import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { EngineProgress } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { at, lines } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** A run that cannot end well ends with the error that says why. */
export function runSuite(build: Build): void {
  describe('a run', () => {
    test('over its memory limit fails', async () => {
      const building = build({ files: [lines(at(1))], limits: { memoryBytes: 1 << 20 } });
      await expect(building).rejects.toMatchObject({ code: 'HM_LIMIT_001' });
    });

    test.each(['gzip', 'zstd'] as const)(
      'fails when a %s file is cut short, is none, or has text behind it',
      async (compression) => {
        const whole = compression === 'gzip' ? gzipSync(lines(at(1))) : zstdCompressSync(lines(at(1)));
        const broken = [whole.subarray(0, -3), new Uint8Array(0), Buffer.from(lines(at(1)))];
        for (const bytes of [...broken, Buffer.concat([whole, Buffer.from('text')])]) {
          await expect(build({ files: [{ bytes, compression }] })).rejects.toMatchObject({ code: 'HM_INPUT_003' });
        }
        const members = Buffer.concat([whole, whole]);
        expect((await build({ files: [{ bytes: members, compression }] })).result.counts.kept).toBe(2);
      },
    );

    test('stops with the reason for which it is called off, before it starts and while it works', async () => {
      const stopped = new Error('stopped');
      const signal = AbortSignal.abort(stopped);
      await expect(build({ files: [lines(at(1))], signal })).rejects.toBe(stopped);
      const controller = new AbortController();
      const running = build({ files: [lines(at(1)).repeat(1_000_000)], signal: controller.signal });
      setTimeout(() => controller.abort(stopped), 50);
      await expect(running).rejects.toBe(stopped);
    });

    test('reports its progress to the end', async () => {
      const seen: EngineProgress[] = [];
      const files = [lines(at(1)), lines(at(2), at(3))];
      await build({ files, onProgress: (progress) => seen.push(progress) });
      const bytes = files.reduce((sum, file) => sum + file.length, 0);
      expect(seen.at(-1)).toMatchObject({ events: 3, bytes, totalBytes: bytes, splitsDone: 2, splits: 2 });
    });
  });
}
