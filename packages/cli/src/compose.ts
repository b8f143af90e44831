import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import {
  type Engine,
  HourmillError,
  type Indexer,
  type ObjectStore,
  type RollUpMerger,
  type Source,
  systemClock,
} from '@hourmill/core';
import { createLocalEngine, type HeadStart } from '@hourmill/engine';
import { createLedger } from '@hourmill/ledger';
import { fileObjectStore, fileSource, s3ObjectStore, s3Source } from '@hourmill/objects';
import { type Definition, type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import type { PipelineContext } from '@hourmill/runner';
import { createLogger } from './logger.ts';
import { type Overrides, withOverrides } from './overrides.ts';
import { type EngineFlags, workersOf } from './start-engine.ts';
import { wholeNumber } from './whole-number.ts';

/** The flags of every command that works with a pipeline. */
export interface PipelineOptions extends Overrides, EngineFlags {
  /** Path of the definition file. */
  readonly pipeline: string;
  /** Hours that are built at the same time; of `backfill` and `run --due`. */
  readonly parallel?: string;
  /** No flag: begun when a command is sure to build an hour, while its code was loaded. */
  readonly headStart?: HeadStart | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the definition file. @throws HM_DEFINITION_* */
function readDefinition(options: PipelineOptions, environment: Environment = process.env): LoadedDefinition {
  const path = resolve(options.pipeline);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HourmillError('HM_DEFINITION_001', `cannot read the definition ${path}: ${reason}`, {
      cause,
      context: { path },
    });
  }
  const loaded = loadDefinition(path, {
    text,
    env: (name) => environment[name],
    readFile: (file) => readFileSync(file, 'utf8'),
  });
  return withOverrides(loaded, options);
}

/** Disposing closes what the source keeps open, such as connections: no run may be under way. */
export type OpenPipeline = PipelineContext & AsyncDisposable;

/**
 * The composition root: puts the adapters that a definition asks for behind the ports. Connects to nothing yet.
 * What most runs do without is loaded only when the definition or a flag asks for it.
 */
export async function openPipeline(options: PipelineOptions, environment?: Environment): Promise<OpenPipeline> {
  performance.mark('hourmill:commands');
  const loaded = readDefinition(options, environment);
  performance.mark('hourmill:definition');
  refuseReferenceOfKafka(loaded, options);
  const store = openStore(loaded.definition.output.store);
  const source = await openSource(loaded.definition.source);
  options.headStart?.expect(source);
  return {
    loaded,
    source,
    store,
    ledger: createLedger({ store, pipeline: loaded.definition.name }),
    engine: await openEngine(loaded, options),
    lateEngine: openLateEngine(loaded),
    merger: openMerger(loaded),
    indexer: await openIndexer(loaded),
    clock: systemClock,
    logger: createLogger({ pipeline: loaded.definition.name }),
    owner: `${hostname()}:${process.pid}`,
    [Symbol.asyncDispose]: async () => source[Symbol.asyncDispose]?.(),
  };
}

/** The store of a definition, with connections of its own. */
export function openStore(store: Definition['output']['store']): ObjectStore {
  return store.type === 'file' ? fileObjectStore({ root: store.path }) : s3ObjectStore(store);
}

async function openSource(source: Definition['source']): Promise<Source & Partial<AsyncDisposable>> {
  switch (source.type) {
    case 'files':
      return fileSource(source);
    case 's3':
      return s3Source(source);
    case 'kafka': {
      const { kafkaSource } = await import('@hourmill/kafka');
      return kafkaSource(source);
    }
  }
}

/** @throws HM_USAGE_001 */
function refuseReferenceOfKafka({ definition }: LoadedDefinition, { engine }: PipelineOptions): void {
  if (engine !== 'reference' || definition.source.type !== 'kafka') return;
  throw new HourmillError(
    'HM_USAGE_001',
    '--engine reference reads files and objects only; leave it out for a Kafka source',
  );
}

async function openEngine({ definition, program }: LoadedDefinition, options: PipelineOptions): Promise<Engine> {
  const { limits, output } = definition;
  const compiled = { program, limits, compression: output.compression };
  if (options.engine === 'reference') {
    const { createReferenceEngine } = await import('@hourmill/reference');
    return createReferenceEngine(compiled);
  }
  const logger = createLogger({ pipeline: definition.name });
  const buildsAtOnce = wholeNumber('--parallel', options.parallel ?? '1', 1);
  const { headStart } = options;
  return createLocalEngine({ ...compiled, workers: workersOf(options), buildsAtOnce, logger, headStart });
}

/** Late rows that were messages are lines of JSON, in which what Kafka knew of them makes them longer. */
function openLateEngine({ definition, program }: LoadedDefinition): Engine {
  const { kafkaFields: _, ...ofLines } = program;
  const { limits, output } = definition;
  const maxRecordBytes = limits.maxRecordBytes * LATE_RECORD_FACTOR;
  const logger = createLogger({ pipeline: definition.name });
  return createLocalEngine({
    program: ofLines,
    limits: { ...limits, maxRecordBytes },
    compression: output.compression,
    logger,
  });
}

/** Of a key or a header a byte becomes at most six of a JSON text. */
const LATE_RECORD_FACTOR = 8;

function openMerger({ definition, program }: LoadedDefinition): RollUpMerger {
  return {
    merge: async (request) => {
      const { createMerger } = await import('@hourmill/rollup');
      const { limits, output } = definition;
      return createMerger({ program, limits, compression: output.compression }).merge(request);
    },
  };
}

async function openIndexer({ definition, program }: LoadedDefinition): Promise<Indexer | null> {
  if (definition.druid === undefined) return null;
  const { createIndexer } = await import('@hourmill/druid');
  return createIndexer({ definition, program, clock: systemClock });
}
