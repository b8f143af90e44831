import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { HourmillError, type Loss, type TimeChunk } from '@hourmill/core';
import { expandTimePattern } from '@hourmill/pipeline';
import type { FoundObject } from '../splits.ts';
import type { SourceWindow } from '../window.ts';
import { isMissing, toInputError } from './errno.ts';
import { expandGlob, isGlob } from './glob.ts';
import { fileEtag } from './planned-file.ts';

/** What one entry of a definition's `paths` names for a chunk. */
interface EntryFiles {
  readonly found: readonly FoundObject[];
  readonly losses: readonly Loss[];
}

/**
 * Finds the files of one entry of `paths`. A loss is: an entry that matches nothing for the chunk itself; a literal path
 * for an hour of the chunk itself that is not there (with `{mm}` nobody knows which minutes have a file); and a match
 * with no file behind it (a broken link). In the window's slack around the chunk nothing is expected.
 * @throws HM_INPUT_001 when a literal path is not a file, HM_INPUT_004 when a folder may not be read
 */
export async function findFiles(
  entry: string,
  chunk: TimeChunk,
  window: SourceWindow,
  signal?: AbortSignal,
): Promise<EntryFiles> {
  const expected = new Set(expandTimePattern(entry, chunk, { hoursBefore: 0, hoursAfter: 0 }));
  const isEachExpected = !isGlob(entry) && !entry.includes('{mm}');
  const found: FoundObject[] = [];
  const losses: Loss[] = [];
  let expectedFound = 0;
  for (const path of expandTimePattern(entry, chunk, window)) {
    signal?.throwIfAborted();
    const matches = isGlob(path) ? await globFiles(path, losses, signal) : await literalFile(path);
    found.push(...matches);
    if (!expected.has(path)) continue;
    expectedFound += matches.length;
    if (matches.length === 0 && isEachExpected)
      losses.push({ source: path, reason: 'there is no such file', code: 'HM_INPUT_001' });
  }
  if (expectedFound === 0 && losses.length === 0) {
    losses.push({ source: entry, reason: 'it matches no file of the hour', code: 'HM_INPUT_001' });
  }
  return { found, losses };
}

async function literalFile(path: string): Promise<FoundObject[]> {
  const facts = await statOrMissing(path);
  if (facts === undefined) return [];
  if (facts.isFile()) return [toFound(path, facts)];
  const hint = facts.isDirectory() ? `a folder; name the files in it, such as ${path}/*.json.gz` : 'not a regular file';
  throw new HourmillError('HM_INPUT_001', `${path} is ${hint}`, { context: { path } });
}

async function globFiles(pattern: string, losses: Loss[], signal?: AbortSignal): Promise<FoundObject[]> {
  const found: FoundObject[] = [];
  for (const path of await expandGlob(pattern, signal)) {
    const facts = await statOrMissing(path);
    if (facts?.isFile()) found.push(toFound(path, facts));
    else if (facts === undefined && isGlob(pattern.slice(pattern.lastIndexOf('/')))) {
      losses.push({ source: path, reason: 'the name is there, but no file behind it', code: 'HM_INPUT_001' });
    }
  }
  return found;
}

function toFound(path: string, facts: BigIntStats): FoundObject {
  return { id: pathToFileURL(path).href, path, bytes: Number(facts.size), etag: fileEtag(facts) };
}

async function statOrMissing(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw toInputError(error, path);
  }
}
