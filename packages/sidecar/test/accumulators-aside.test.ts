import { type AccumulatorColumn, encodeAccumulators, encodeAccumulatorsAside } from '@hourmill/sidecar';
import { expect, test } from 'vitest';

function columnOf(rows: number): AccumulatorColumn {
  const lengths = Uint16Array.from({ length: rows }, (_, row) => row % 12);
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  return { lengths, values: Uint8Array.from({ length: bytes }, (_, at) => Math.imul(at, 2654435761) >>> (at % 24)) };
}

test.each([0, 1, 1000, 200_000])('%i rows that are compressed aside are the same bytes', async (rows) => {
  const columns = [columnOf(rows), columnOf(rows)];
  const expected = Buffer.from(encodeAccumulators(columns));
  expect(expected.equals(await encodeAccumulatorsAside(columns))).toBe(true);
});
