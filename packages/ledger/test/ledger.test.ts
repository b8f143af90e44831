import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkAt, isoMillis, ledgerKey, sha256 } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { fileObjectStore } from '@hourmill/objects';
import { ledgerConformance, type MemoryObjectStore, memoryObjectStore, newLedgerEntry } from '@hourmill/testkit';
import { beforeEach, describe, expect, test } from 'vitest';

ledgerConformance('the ledger in memory', async () => {
  const { objects } = memoryObjectStore();
  return { open: (pipeline) => createLedger({ store: memoryObjectStore({ objects }), pipeline }) };
});

ledgerConformance('the ledger on files', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hourmill-ledger-'));
  return {
    open: (pipeline) => createLedger({ store: fileObjectStore({ root }), pipeline }),
    dispose: () => rm(root, { recursive: true }),
  };
});

const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const keyOf = (sequence: number) => ledgerKey('impressions', CHUNK, sequence);

describe('a lost answer', () => {
  test.each(['before', 'after'] as const)('%s the write: the same append, repeated, stands once', async (when) => {
    const store = memoryObjectStore({ failpoints: [{ name: 'lost', operation: 'create', when }] });
    const ledger = createLedger({ store, pipeline: 'impressions' });
    await expect(ledger.append(CHUNK, undefined, newLedgerEntry())).rejects.toMatchObject({ code: 'HM_STORE_001' });
    const entry = await ledger.append(CHUNK, undefined, newLedgerEntry());
    expect(await ledger.history(CHUNK)).toEqual([entry]);
  });

  test('the entry that stands is returned, with the times of the try that wrote it', async () => {
    let nowMs = CHUNK.endMs;
    const failpoints = [{ name: 'lost', operation: 'create', when: 'after' }] as const;
    const store = memoryObjectStore({ failpoints, clock: { now: () => nowMs } });
    const ledger = createLedger({ store, pipeline: 'impressions' });
    await expect(ledger.append(CHUNK, undefined, newLedgerEntry())).rejects.toMatchObject({ code: 'HM_STORE_001' });
    nowMs += 5_000;
    const entry = await ledger.append(CHUNK, undefined, newLedgerEntry({ leaseMs: 60_000 }));
    expect(entry.at).toBe(isoMillis(CHUNK.endMs));
    expect(await ledger.history(CHUNK)).toEqual([entry]);
  });
});

describe('a damaged history is HM_LEDGER_003', () => {
  let store: MemoryObjectStore;
  beforeEach(async () => {
    store = memoryObjectStore();
    const ledger = createLedger({ store, pipeline: 'impressions' });
    const first = await ledger.append(CHUNK, undefined, newLedgerEntry());
    const second = await ledger.append(CHUNK, first, newLedgerEntry({ leaseMs: 0 }));
    await ledger.append(CHUNK, second, newLedgerEntry({ runId: 'run-2' }));
  });

  async function expectDamage(message: string): Promise<void> {
    const reading = createLedger({ store, pipeline: 'impressions' }).history(CHUNK);
    await expect(reading).rejects.toMatchObject({ code: 'HM_LEDGER_003', message: expect.stringContaining(message) });
  }

  async function rewrite(sequence: number, edit: (text: string) => string): Promise<void> {
    const text = new TextDecoder().decode(await store.get(keyOf(sequence)));
    expect(edit(text)).not.toBe(text);
    await store.put(keyOf(sequence), new TextEncoder().encode(edit(text)));
  }

  test.each([1, 2])('when entry %d is missing', async (sequence) => {
    await store.delete(keyOf(sequence));
    await expectDamage(`${keyOf(sequence)} is damaged: it is missing`);
  });

  test('when an entry was edited: the next one names other bytes', async () => {
    await rewrite(1, (text) => text.replace('host:1', 'host:2'));
    await expectDamage(`${keyOf(2)} is damaged: its \`previous\``);
  });

  test('when the last entry was written again in another form', async () => {
    await rewrite(3, (text) => JSON.stringify(JSON.parse(text), null, 2));
    await expectDamage('its bytes are not those that were written');
  });

  test('when an entry is not JSON, or cut short', async () => {
    await rewrite(3, (text) => text.slice(0, -10));
    await expectDamage('is not JSON');
  });

  test.each([
    ['pipeline', '"pipeline":"impressions"', '"pipeline":"clicks"'],
    ['hour', '"hour":"2026-11-22T10', '"hour":"2026-11-22T11'],
    ['sequence', '"sequence":3', '"sequence":4'],
    ['previous', '"previous":"', '"previous":"x'],
    ['runId', '"runId":"run-2"', '"runId":7'],
    ['state', '"state":"planned"', '"state":"paused"'],
    ['at', '"at":"', '"at":"x'],
    ['leaseUntil', '"leaseUntil":"', '"leaseUntil":"x'],
    ['manifest', '"manifest":null', '"manifest":{"path":"m","sha256":"short"}'],
    ['druid', '"druid":null', '"druid":{"taskId":"t"}'],
  ])('when its %s is not what it must be', async (field, from, to) => {
    await rewrite(3, (text) => text.replace(from, to));
    await expectDamage(`its ${field} is`);
  });

  test('and nothing is appended over a damaged entry either', async () => {
    const ledger = createLedger({ store, pipeline: 'impressions' });
    const [first] = await ledger.history(CHUNK);
    await rewrite(2, (text) => text.slice(1));
    await expect(ledger.append(CHUNK, first, newLedgerEntry())).rejects.toMatchObject({ code: 'HM_LEDGER_003' });
  });

  test('a newer version is HM_LEDGER_005', async () => {
    await rewrite(3, (text) => text.replace('"version":1', '"version":2'));
    const reading = createLedger({ store, pipeline: 'impressions' }).history(CHUNK);
    await expect(reading).rejects.toMatchObject({ code: 'HM_LEDGER_005' });
  });

  test('a file of another name in the folder is none of ours', async () => {
    await store.put(keyOf(1).replace('000001.json', '.DS_Store'), new Uint8Array(1));
    expect(await createLedger({ store, pipeline: 'impressions' }).history(CHUNK)).toHaveLength(3);
  });

  test('a field that this version does not know is kept, and the chain goes on', async () => {
    const ledger = createLedger({ store, pipeline: 'impressions' });
    await rewrite(3, (text) => text.replace('{"at"', '{"aa":1,"at"'));
    const last = (await ledger.history(CHUNK)).at(-1);
    const entry = await ledger.append(CHUNK, last, newLedgerEntry({ runId: 'run-2', leaseMs: 0 }));
    expect(entry.previous).toBe(sha256(await store.get(keyOf(3))));
    expect(await ledger.history(CHUNK)).toHaveLength(4);
  });
});

describe('the recorded chunks', () => {
  async function listingsFor(fromMs: number, toMs: number): Promise<string[]> {
    const store = memoryObjectStore();
    await createLedger({ store, pipeline: 'p' }).recorded(fromMs, toMs);
    return store.calls.map(({ key }) => key);
  }

  test('of a few days are found by listing these days alone', async () => {
    const [fromMs, toMs] = [Date.UTC(2026, 10, 30, 10), Date.UTC(2026, 11, 1, 1)];
    expect(await listingsFor(fromMs, toMs)).toEqual(['p/ledger/2026/11/30/', 'p/ledger/2026/12/01/']);
  });

  test('of years do not cost a listing a day', async () => {
    expect(await listingsFor(0, Date.UTC(2026, 10, 22))).toHaveLength(57);
  });
});
