import { HourmillError, type Plan } from '@hourmill/core';
import type { Board } from '../exchange/board.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import { processBytes } from './budget.ts';

const MIB = 1024 * 1024;
/** The groups of a scan, and what the merge makes of them: sorted keys, runs, finished rows. */
const GROUP_COPIES = 3;
/** The same of dictionaries, and for each worker: all workers' sorted ones and the united one. */
const DICTIONARY_COPIES = 1;
const DICTIONARY_COPIES_A_WORKER = 2;
/** What an empty group table takes of each worker: it does not grow with the input. */
const EMPTY_BYTES = MIB;
/** A slot of the table of keys, which is made for all events before it is filled. */
const KEY_BYTES = 16 / 0.65;
/** Workers do not have the same share of everything. */
const MARGIN = 1.25;
/** Less is not worth a new try. */
const MIN_STEP = 1.2;

/** Bytes of all workers together. */
interface MemoryHeld {
  /** Of all kernels, resident. */
  readonly memoryBytes: number;
  /** Of the tables of keys. They are made for as many keys as the whole input may have. */
  readonly keyBytes: number;
  /** Of groups and of dictionaries, which grow with the input. */
  readonly groupBytes: number;
  readonly dictionaryBytes: number;
}

export interface MemoryUse {
  readonly limitBytes: number;
  readonly workers: number;
  readonly held: MemoryHeld;
  /** Read so far; 0 when there is no key. */
  readonly keyedEvents: number;
  /** Of the input: what was read when so much was held. Above 0, up to 1. */
  readonly share: number;
}

/** What the workers report on their board. */
export function memoryUseOf({ program, limits }: WorkerSetup['options'], plan: Plan, board: Board): MemoryUse {
  const totalBytes = plan.splits.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    limitBytes: limits.memoryBytes,
    workers: board.workers,
    held: {
      memoryBytes: board.progress('memoryBytes'),
      keyBytes: board.progress('keyBytes'),
      groupBytes: board.progress('groupBytes'),
      dictionaryBytes: board.progress('dictionaryBytes'),
    },
    keyedEvents: program.deduplicate === null ? 0 : board.progress('events'),
    share: Math.min(1, Math.max(1, board.progress('scannedBytes')) / Math.max(1, totalBytes)),
  };
}

/** About how much a run needs that did not get along with its limit: from what it held, and how much it had read by then. */
function memoryNeed({ limitBytes, workers, held, keyedEvents, share }: MemoryUse, wantedBytes: number): number {
  const { memoryBytes, keyBytes, groupBytes, dictionaryBytes } = held;
  const fixedBytes = Math.max(0, memoryBytes - keyBytes - groupBytes - dictionaryBytes);
  const dictionaryCopies = DICTIONARY_COPIES + DICTIONARY_COPIES_A_WORKER * workers;
  const filledBytes = Math.max(0, groupBytes - EMPTY_BYTES * workers);
  const mergeBytes = (GROUP_COPIES * filledBytes + dictionaryCopies * dictionaryBytes) / share;
  const allKeyBytes = Math.max(keyBytes, (KEY_BYTES * keyedEvents) / share);
  const kernelBytes = MARGIN * (fixedBytes + allKeyBytes + mergeBytes);
  return Math.max(processBytes(workers) + kernelBytes, MIN_STEP * limitBytes, limitBytes + workers * wantedBytes);
}

/** HM_LIMIT_001 with what the run would need. */
export function overMemoryLimit(what: string, use: MemoryUse, wantedBytes = 0): HourmillError {
  const needBytes = Math.ceil(memoryNeed(use, wantedBytes) / MIB) * MIB;
  const limitBytes = use.limitBytes;
  return new HourmillError(
    'HM_LIMIT_001',
    `${what}; limits.memory is ${Math.floor(limitBytes / MIB)} MiB, and after ${Math.floor(100 * use.share)} % of the input ` +
      `the run looks as if it needs about ${needBytes / MIB} MiB`,
    { context: { limitBytes, needBytes, workers: use.workers } },
  );
}
