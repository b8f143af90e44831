import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type Engine, HourmillError, type Indexer, type ObjectStore, type Source, systemClock } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { type Definition, type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import type { PipelineContext } from '@hourmill/runner';
import { createLogger } from './logger.ts';
import { type Overrides, withOverrides } from './overrides.ts';

/** The flags of every command that works with a pipeline. */
export interface PipelineOptions extends Overrides {
  /** Path of the definition file. */
  readonly pipeline: string;
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

/**
 * The composition root: puts the adapters that a definition asks for behind the ports. Connects to nothing yet.
 * Adapters are loaded only when the definition uses them.
 */
export async function openPipeline(options: PipelineOptions, environment?: Environment): Promise<PipelineContext> {
  const loaded = readDefinition(options, environment);
  const store = await openStore(loaded.definition.output.store);
  return {
    loaded,
    source: await openSource(loaded.definition.source),
    store,
    ledger: createLedger({ store, pipeline: loaded.definition.name }),
    engine: await openEngine(loaded),
    indexer: await openIndexer(loaded),
    clock: systemClock,
    logger: createLogger({ pipeline: loaded.definition.name }),
    owner: `${hostname()}:${process.pid}`,
  };
}

async function openStore(store: Definition['output']['store']): Promise<ObjectStore> {
  const { fileObjectStore, s3ObjectStore } = await import('@hourmill/objects');
  return store.type === 'file' ? fileObjectStore({ root: store.path }) : s3ObjectStore(store);
}

async function openSource(source: Definition['source']): Promise<Source> {
  const { fileSource, s3Source } = await import('@hourmill/objects');
  return source.type === 'files' ? fileSource(source) : s3Source(source);
}

async function openEngine({ definition, program }: LoadedDefinition): Promise<Engine> {
  const { createReferenceEngine } = await import('@hourmill/reference');
  const { limits, output } = definition;
  return createReferenceEngine({ program, limits, compression: output.compression });
}

async function openIndexer({ definition, program }: LoadedDefinition): Promise<Indexer | null> {
  if (definition.druid === undefined) return null;
  const { createIndexer } = await import('@hourmill/druid');
  return createIndexer({ definition, program, clock: systemClock });
}
