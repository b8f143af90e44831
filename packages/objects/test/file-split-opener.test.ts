import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkAt, type ObjectOpener, type ObjectSplit, type SplitOpenerModule } from '@hourmill/core';
import { fileSource } from '@hourmill/objects';
import { describe, expect, test } from 'vitest';
import { readSplit } from './read-split.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HOUR = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const BYTES = new Uint8Array(100_000).map((_, i) => (i * 7) % 251);
const NEVER = new AbortController().signal;

interface Planned {
  readonly path: string;
  readonly split: ObjectSplit;
  /** What a worker has after it imported the source's module. */
  readonly module: SplitOpenerModule<ObjectOpener>;
  readonly options: unknown;
}

async function planned(bytes: Uint8Array = BYTES): Promise<Planned> {
  const path = join(await temporaryFolder(), 'a.json');
  await writeFile(path, bytes);
  const source = fileSource({ paths: [path], window: { hoursBefore: 0, hoursAfter: 0 } });
  const [split] = (await source.list(HOUR)).splits;
  if (split === undefined || source.worker === undefined) throw new Error('no split, or nothing for workers');
  const module: SplitOpenerModule<ObjectOpener> = await import(source.worker.module);
  return { path, split, module, options: structuredClone(source.worker.options) };
}

describe('files inside workers', () => {
  test('are read at any place, without waiting, into the memory that was given', async () => {
    const { split, module, options } = await planned();
    await using opener = module.openSplits(options);
    const reader = await opener.open(split, NEVER);
    expect((await readSplit(reader, 0, BYTES.length + 1, 30_001)).equals(BYTES)).toBe(true);
    const memory = new Uint8Array(12);
    expect(reader.read(memory, 2, 5, 1000)).toBe(5);
    expect([...memory]).toEqual([0, 0, ...BYTES.subarray(1000, 1005), 0, 0, 0, 0, 0]);
    expect(reader.read(memory, 0, 12, BYTES.length - 3)).toBe(3);
    expect(reader.read(memory, 0, 12, BYTES.length)).toBe(0);
    await reader.close();
  });

  test('may be empty', async () => {
    const { split, module, options } = await planned(new Uint8Array(0));
    const reader = await module.openSplits(options).open(split, NEVER);
    expect(reader.read(new Uint8Array(1), 0, 1, 0)).toBe(0);
    await reader.close();
  });

  test('that changed before they are opened are HM_INPUT_002', async () => {
    const { path, split, module, options } = await planned();
    await writeFile(path, 'other bytes');
    expect(() => module.openSplits(options).open(split, NEVER)).toThrow(
      expect.objectContaining({ code: 'HM_INPUT_002' }),
    );
    await rm(path);
    expect(() => module.openSplits(options).open(split, NEVER)).toThrow(
      expect.objectContaining({ code: 'HM_INPUT_002' }),
    );
  });

  test.each([
    [
      'was written to',
      (path: string) =>
        writeFile(
          path,
          BYTES.map((byte) => byte + 1),
        ),
    ],
    ['was removed', (path: string) => rm(path)],
    [
      'was replaced',
      async (path: string) => {
        await writeFile(`${path}.new`, BYTES);
        await rename(`${path}.new`, path);
      },
    ],
  ])('one that %s while it was read is HM_INPUT_002 when it is closed', async (_, change) => {
    const { path, split, module, options } = await planned();
    const reader = await module.openSplits(options).open(split, NEVER);
    reader.read(new Uint8Array(10), 0, 10, 0);
    await change(path);
    expect(() => reader.close()).toThrow(expect.objectContaining({ code: 'HM_INPUT_002' }));
  });

  test('one that ends before its planned size is HM_INPUT_002 at once', async () => {
    const { path, split, module, options } = await planned();
    const reader = await module.openSplits(options).open(split, NEVER);
    await truncate(path, 50);
    const memory = new Uint8Array(100);
    expect(reader.read(memory, 0, 100, 0)).toBe(50);
    expect(() => reader.read(memory, 0, 100, 50)).toThrow(expect.objectContaining({ code: 'HM_INPUT_002' }));
    expect(() => reader.close()).toThrow(expect.objectContaining({ code: 'HM_INPUT_002' }));
  });

  test('are not read any more once the run is called off', async () => {
    const { split, module, options } = await planned();
    const stop = new AbortController();
    const reader = await module.openSplits(options).open(split, stop.signal);
    stop.abort(new Error('called off'));
    expect(() => reader.read(new Uint8Array(1), 0, 1, 0)).toThrow('called off');
    await reader.close();
  });
});
