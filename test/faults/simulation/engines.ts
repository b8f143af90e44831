import type { Engine, RollUpMerger } from '@hourmill/core';
import { createReferenceEngine, createReferenceMerger } from '@hourmill/reference';
import { definitionOf, type Variant } from './definition.ts';
import { topicEngine } from './topic-engine.ts';

export interface Engines {
  readonly engine: Engine;
  readonly lateEngine: Engine;
  readonly merger: RollUpMerger;
}

const made = new Map<string, Engines>();

/** The reference engines of a definition, made once. */
export function enginesOf(variant: Variant): Engines {
  const name = JSON.stringify(variant);
  const found = made.get(name) ?? make(variant);
  made.set(name, found);
  return found;
}

function make(variant: Variant): Engines {
  const options = {
    program: definitionOf(variant).program,
    limits: { memoryBytes: Number.MAX_SAFE_INTEGER, maxRecordBytes: 1 << 20, maxRejectedBytes: 1 << 20 },
    compression: { codec: 'none', level: 0 },
    partFormat: 'json',
  } as const;
  const lateEngine = createReferenceEngine(options);
  const engine = variant.source === 'topic' ? topicEngine(lateEngine) : lateEngine;
  return { engine, lateEngine, merger: createReferenceMerger(options) };
}
