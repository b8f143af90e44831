import {
  doctorPrefix,
  HourmillError,
  InvariantError,
  isoMillis,
  type ObjectStore,
  type Source,
  type SourceCheck,
  systemClock,
  type TimeChunk,
} from '@hourmill/core';
import { proveStore } from '@hourmill/ledger';
import type { LoadedDefinition } from '@hourmill/pipeline';
import type { PipelineContext } from '@hourmill/runner';
import { openPipeline, openStore, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { hourOf } from './hours.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

type Check = readonly [name: string, look: () => Promise<string>];

/** Clocks that differ more than this make leases and due times doubtful. */
const MAX_CLOCK_DIFFERENCE_MS = 5_000;

/** `hourmill doctor`: looks at everything a run needs and says what is wrong. Exit 1 when anything is. */
export async function doctor(
  options: PipelineOptions & { readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  await using context = await openPipeline(options);
  const findings: Finding[] = [];
  for (const [check, look] of checks(context, signal)) findings.push(await find(check, look));
  if (options.json) printJson({ version: 1, findings });
  else
    for (const { check, ok, detail } of findings) process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${check}: ${detail}\n`);
  const failed = findings.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new HourmillError(
      'HM_RUN_005',
      `${failed.length} of ${findings.length} checks failed: ${failed.map(({ check }) => check).join(', ')}`,
    );
  }
}

function checks(context: PipelineContext, signal: AbortSignal): Check[] {
  const { loaded, source, store } = context;
  const { druid, rollup } = loaded.definition;
  const chunk = hourOf('previous', rollup, systemClock.now());
  return [
    ['node', async () => `${process.version} on ${process.platform} ${process.arch}`],
    ['definition', async () => `${loaded.definition.name}, hash ${loaded.definitionHash.slice(0, 12)}`],
    ...inputChecks(source, chunk).map(({ name, look }): Check => [name, () => look(signal)]),
    ['store', () => checkStore(context, signal)],
    ['clock', () => checkClock(store, signal)],
    ...(druid === undefined ? [] : [['druid', () => checkDruid(druid, loaded, signal)] as const]),
  ];
}

/** Those of the source; of one that has none, whether it can be listed. */
function inputChecks(source: Source, chunk: TimeChunk): readonly SourceCheck[] {
  return source.checks?.(chunk) ?? [{ name: 'input', look: (signal) => checkListing(source, chunk, signal) }];
}

async function checkListing(source: Source, chunk: TimeChunk, signal: AbortSignal): Promise<string> {
  const { splits, losses } = await source.list(chunk, signal);
  const missing = losses.map(({ source: place, reason }) => `; ${place}: ${reason}`).join('');
  return `reachable, ${splits.length} split(s) for ${isoMillis(chunk.startMs)}${missing}`;
}

async function find(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, detail: await look() };
  } catch (error) {
    if (error instanceof InvariantError) throw error;
    const code = error instanceof HourmillError ? `${error.code}: ` : '';
    return { check, ok: false, detail: `${code}${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Races over connections of their own: a store where several writers win, or where reads lag behind, is refused. */
async function checkStore({ loaded, store }: PipelineContext, signal: AbortSignal): Promise<string> {
  await using other = disposable(openStore(loaded.definition.output.store));
  const prefix = `${doctorPrefix(loaded.definition.name)}${process.pid}-${systemClock.now()}-`;
  await proveStore([store, other.store], { prefix, signal });
  return `${store.uri} is writable; of several writers one wins, and what it wrote is read and listed at once`;
}

function disposable(store: ObjectStore & Partial<AsyncDisposable>): AsyncDisposable & { readonly store: ObjectStore } {
  return { store, [Symbol.asyncDispose]: async () => store[Symbol.asyncDispose]?.() };
}

async function checkClock(store: ObjectStore, signal: AbortSignal): Promise<string> {
  const differenceMs = (await store.now(signal)) - systemClock.now();
  const text = `the store's clock differs from this machine's by ${(differenceMs / 1000).toFixed(1)} s`;
  if (Math.abs(differenceMs) > MAX_CLOCK_DIFFERENCE_MS) throw new HourmillError('HM_RUN_005', text);
  return text;
}

async function checkDruid(
  druid: NonNullable<LoadedDefinition['definition']['druid']>,
  { definition }: LoadedDefinition,
  signal: AbortSignal,
): Promise<string> {
  const { describeDruid } = await import('@hourmill/druid');
  const { versions, overlordLeader, inputTypes } = await describeDruid({ druid, clock: systemClock }, signal);
  const needed = definition.output.store.type === 's3' ? (['parquet', 's3'] as const) : (['parquet'] as const);
  const missing = needed.filter((type) => inputTypes[type] === false);
  if (missing.length > 0) {
    throw new HourmillError(
      'HM_DRUID_002',
      `Druid does not know the input type(s) ${missing.join(', ')}: load druid-parquet-extensions and druid-s3-extensions`,
    );
  }
  return `Druid ${versions.coordinator}, Overlord leader ${overlordLeader}, input types ${needed.join(' and ')} are there`;
}
