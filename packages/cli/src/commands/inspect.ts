import { createGunzip } from 'node:zlib';
import {
  HourmillError,
  isoMillis,
  type LedgerEntry,
  type Manifest,
  NO_GAPS,
  type ObjectStore,
  systemClock,
} from '@hourmill/core';
import { readManifest } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { offsetsLine, readRanges } from '../output/kafka-account.ts';
import { whyText } from '../output/overrides-text.ts';
import { group, table } from '../output/table.ts';
import { wholeNumber } from '../whole-number.ts';
import { hourOf } from './hours.ts';

interface InspectOptions extends PipelineOptions {
  readonly hour: string;
  readonly rejects: string;
  readonly json?: boolean;
}

/** `hourmill inspect`: the ledger, the manifest and the first rejects of one hour. */
export async function inspect(options: InspectOptions, signal: AbortSignal): Promise<void> {
  const maxRejects = wholeNumber('--rejects', options.rejects, 0);
  await using context = await openPipeline(options);
  const { loaded, ledger, store } = context;
  const chunk = hourOf(options.hour, loaded.definition.rollup, systemClock.now());
  const history = await ledger.history(chunk, signal);
  if (history.length === 0) {
    throw new HourmillError('HM_RUN_004', `${isoMillis(chunk.startMs)} is not in the ledger of ${store.uri}`);
  }
  const named = history.findLast((entry) => entry.manifest !== null);
  const manifest = named === undefined ? null : (await readManifest(store, named, signal)).manifest;
  const rejects = manifest === null ? [] : await firstRejects(store, manifest, maxRejects, signal);
  if (options.json) printJson({ version: 1, history, manifest, rejects });
  else process.stdout.write(`${[historyTable(history), ...manifestLines(manifest), ...rejects].join('\n')}\n`);
}

function historyTable(history: readonly LedgerEntry[]): string {
  return table(
    ['#', 'state', 'at', 'run', 'owner', 'why'],
    history.map(({ sequence, state, at, runId, owner, error, reason, overrides }) => [
      sequence,
      state,
      at,
      runId,
      owner,
      whyText(error === null ? reason : `${error.code}: ${error.message}`, overrides),
    ]),
  );
}

function manifestLines(manifest: Manifest | null): string[] {
  if (manifest === null) return ['no manifest: the hour never got that far'];
  const { result } = manifest;
  return [
    '',
    `built by ${result.engine.name} ${result.engine.version} (${result.engine.parquet}) from ${manifest.plan.splits.length} split(s)`,
    ...(manifest.plan.ranges === undefined
      ? []
      : [offsetsLine(manifest.plan.ranges, result.counts.read, result.gaps ?? NO_GAPS), readRanges(manifest)]),
    ...manifest.plan.losses.map(({ source, reason }) => `without ${source}: ${reason}`),
    `counts ${Object.entries(result.counts)
      .map(([name, count]) => `${name} ${group(count)}`)
      .join(', ')}`,
    `sums   ${Object.entries(result.sums)
      .map(([name, sum]) => `${name} ${sum}`)
      .join(', ')}`,
    ...(result.identity === null
      ? []
      : [
          `keys   ${group(result.identity.keys)} by ${result.identity.algorithm}, collision bound ${result.identity.collisionBound}`,
        ]),
    ...Object.entries(result.strays).map(([hour, count]) => `stray  ${group(count)} of ${hour}`),
    table(
      ['part', 'rows', 'bytes', 'sha256'],
      result.parts.map((part) => [part.path, part.rows, part.bytes, part.sha256]),
    ),
    ...Object.entries(result.rejectReasons).map(([reason, count]) => `rejected ${reason}: ${group(count)}`),
  ];
}

/** The first lines of the rejects file, read no further than needed. */
async function firstRejects(
  store: ObjectStore,
  manifest: Manifest,
  count: number,
  signal: AbortSignal,
): Promise<string[]> {
  const { rejects } = manifest.result;
  if (rejects === null || count <= 0) return [];
  const gunzip = createGunzip();
  gunzip.end(await store.get(rejects.path, signal));
  const lines: string[] = [];
  let rest = '';
  for await (const chunk of gunzip.setEncoding('utf8')) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    lines.push(...pieces);
    if (lines.length >= count) break;
  }
  return lines.slice(0, count);
}
