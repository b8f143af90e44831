import type { Clock, Engine, Indexer, Ledger, Logger, ObjectStore, RollUpMerger, Source, Timers } from '@hourmill/core';
import type { LoadedDefinition } from '@hourmill/pipeline';

/** Everything that runs of one pipeline work with. The cli puts it together. */
export interface PipelineContext {
  readonly loaded: LoadedDefinition;
  readonly source: Source;
  readonly store: ObjectStore;
  readonly ledger: Ledger;
  readonly engine: Engine;
  /** Reads late rows that were messages: JSON lines, whose columns are those of the definition. */
  readonly lateEngine: Engine;
  readonly merger: RollUpMerger;
  /** Null when the definition has no `druid`: runs end after the manifest. */
  readonly indexer: Indexer | null;
  readonly clock: Clock;
  /** For renewals of the lease and the limit of a run's time. Default: the system's. */
  readonly timers?: Timers;
  readonly logger: Logger;
  /** Host and process, written into the ledger for people. */
  readonly owner: string;
}
