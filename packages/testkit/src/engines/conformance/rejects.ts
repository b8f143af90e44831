import { describe, expect, test } from 'vitest';
import { at, lines } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Rejected records are kept with their place, reason and bytes. */
export function rejectsSuite(build: Build): void {
  describe('rejects', () => {
    test('are kept with their place, reason and bytes', async () => {
      const invalid = Buffer.from('{"a":"\xff"}\r\n', 'latin1');
      const files = [lines(at(1)), Buffer.concat([Buffer.from('\n{x}\n'), invalid, Buffer.from('y'.repeat(30))])];
      const { rejects, result } = await build({ files, limits: { maxRecordBytes: 29 } });
      expect(rejects).toMatchObject([
        { reason: 'HM_EVENT_001', split: '001.json', ordinal: 1, record: 0, byteOffset: 1, raw: '{x}' },
        {
          reason: 'HM_EVENT_002',
          record: 1,
          byteOffset: 5,
          rawBase64: Buffer.from(invalid.subarray(0, -2)).toString('base64'),
        },
        { reason: 'HM_EVENT_003', record: 2, byteOffset: 16, raw: 'y'.repeat(29), truncated: true },
      ]);
      expect(result.rejectReasons).toEqual({ HM_EVENT_001: 1, HM_EVENT_002: 1, HM_EVENT_003: 1 });
      expect(result.splits.map(({ counts }) => counts.rejected)).toEqual([0, 3]);
    });

    test('a line of 10 MiB is one reject among good records', async () => {
      const files = [`${lines(at(1))}{"a":"${'x'.repeat(10 << 20)}"}\n${lines(at(2))}`];
      const { result, rejects } = await build({ files });
      expect(result.counts).toMatchObject({ read: 3, kept: 2, rejected: 1 });
      expect(rejects).toMatchObject([
        { reason: 'HM_EVENT_003', truncated: true, detail: 'the record has 10485768 bytes' },
      ]);
    });

    test('over maxRejectedBytes the run fails', async () => {
      const files = [lines(...Array.from({ length: 100 }, () => 'not JSON'))];
      await expect(build({ files, limits: { maxRejectedBytes: 2000 } })).rejects.toMatchObject({
        code: 'HM_LIMIT_003',
      });
      expect((await build({ files, limits: { maxRejectedBytes: 100_000 } })).rejects).toHaveLength(100);
    });

    test('many of them make one readable file', async () => {
      const files = [lines(...Array.from({ length: 10_000 }, (_, index) => `no. ${index}`))];
      const { rejects } = await build({ files });
      expect(rejects).toHaveLength(10_000);
      expect(rejects.map(({ record }) => record)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    });
  });
}
