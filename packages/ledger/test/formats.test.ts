import { readFile } from 'node:fs/promises';
import { checkCounts, chunkAt, decodeManifest, hasManifest } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../src/canonical-json.ts';
import { decodeEntry } from '../src/entry-file.ts';

/** The first JSON block of a page in docs/formats, and the names of the page's tables. */
async function readPage(name: string): Promise<{ example: string; documented: Set<string> }> {
  const page = await readFile(new URL(`../../../docs/formats/${name}`, import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| (`[^|]+`) +\|/gm);
  const names = [...rows].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(?:\w+\[\]\.)?(\w+)`/g)].map(([, field]) => field),
  );
  const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  return { example, documented: new Set(names.filter((field) => field !== undefined)) };
}

describe('the documented formats', () => {
  test('the example of a ledger entry is one, and each of its fields is described', async () => {
    const { example, documented } = await readPage('ledger.md');
    const value: unknown = JSON.parse(example);
    const chunk = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
    const entry = decodeEntry(canonicalJson(value), { key: 'k', pipeline: 'impressions', chunk, sequence: 2 });
    expect(hasManifest(entry.state)).toBe(true);
    for (const field of Object.keys(entry)) expect(documented).toContain(field);
  });

  test('the example of a manifest is one, its counts add up, and each of its fields is described', async () => {
    const { example, documented } = await readPage('manifest.md');
    const manifest = decodeManifest(new TextEncoder().encode(example), 'manifest.md');
    checkCounts(manifest.result.counts);
    expect(manifest.plan.chunk).toEqual(chunkAt(Date.parse(manifest.plan.hour), 'hour'));
    for (const part of [manifest, manifest.plan, manifest.result]) {
      for (const field of Object.keys(part)) expect(documented).toContain(field);
    }
  });
});
