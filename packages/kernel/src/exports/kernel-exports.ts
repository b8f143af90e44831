import type { AggregateExports } from './aggregate.ts';
import type { DecideExports } from './decide.ts';
import type { DictionaryExports } from './dictionary.ts';
import type { FilterExports } from './filter.ts';
import type { InflateExports } from './inflate.ts';
import type { KafkaExports } from './kafka.ts';
import type { KeysExports } from './keys.ts';
import type { LayoutExports } from './memory.ts';
import type { MergeExports } from './merge.ts';
import type { OperatorExports } from './operators.ts';
import type { PagesExports } from './pages.ts';
import type { ScanExports } from './scan.ts';
import type { SpillExports } from './spill.ts';
import type { StoredExports } from './stored.ts';
import type { ValuesExports } from './values.ts';

/** Everything that the module exports. Addresses and sizes are bytes in its memory; flags are 0 or 1. */
export interface KernelExports
  extends LayoutExports,
    OperatorExports,
    ScanExports,
    ValuesExports,
    FilterExports,
    DictionaryExports,
    DecideExports,
    KeysExports,
    AggregateExports,
    MergeExports,
    PagesExports,
    InflateExports,
    KafkaExports,
    SpillExports,
    StoredExports {}
