import {
  type EngineProgress,
  invariant,
  type ObjectSplit,
  objectSplit,
  type Split,
  type StageOneRequest,
} from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { createJudge, type Judgement, type RecordBytes, RejectsLog, type Row, Strays } from '@hourmill/record';
import { type LateHour, LateLog, lateHours, lateSource } from '@hourmill/sidecar';
import { createDecider, type Decider, type Decision, type FingerprintSet } from './dedupe/decider.ts';
import { MemoryGuard } from './limits/memory-guard.ts';
import { Pacer } from './limits/pacer.ts';
import { ProgressMeter } from './limits/progress-meter.ts';
import type { ReferenceEngineOptions } from './options.ts';
import { decompress } from './read/decompress.ts';
import { LineSplitter } from './read/line-splitter.ts';
import { GroupTable } from './rollup/group-table.ts';
import { Tally } from './tally.ts';

/** Looking at the memory is a system call: not for every record, but see `#rest` for records that take long. */
const RECORDS_PER_MEMORY_CHECK = 2000;

interface Candidate {
  readonly split: number;
  readonly row: Row;
  readonly fingerprint: string | null;
}

/** The first half of one build: every record of every split ends in one count, and the kept ones in a group. */
export class Run {
  readonly program: Program;
  readonly request: StageOneRequest;
  readonly tally = new Tally();
  readonly strays: Strays;
  readonly rejects: RejectsLog;
  /** Null when no strays are kept. */
  readonly late: LateLog | null;
  readonly groups: GroupTable;
  readonly decider: Decider<Candidate>;
  readonly memory: MemoryGuard;
  readonly pacer: Pacer;
  readonly #maxRecordBytes: number;
  readonly #judge: (record: RecordBytes) => Judgement;
  readonly #lateHour: LateHour;
  readonly #meter: ProgressMeter;
  #records = 0;
  #bytes = 0;
  #splitsDone = 0;

  /** @param known see {@link StageOneRequest.known} */
  constructor(
    program: Program,
    limits: ReferenceEngineOptions['limits'],
    request: StageOneRequest,
    known: FingerprintSet | undefined,
  ) {
    const { chunk, late } = request.plan;
    this.program = program;
    this.request = request;
    this.strays = new Strays(chunk);
    this.rejects = new RejectsLog(limits.maxRejectedBytes);
    this.late = late === undefined || request.late === undefined ? null : new LateLog(request.late.maxBytes);
    this.groups = new GroupTable(program.metrics);
    this.decider = createDecider(program.deduplicate, known);
    this.memory = new MemoryGuard(limits.memoryBytes);
    this.pacer = new Pacer(request.signal);
    this.#maxRecordBytes = limits.maxRecordBytes;
    this.#judge = createJudge(program, chunk);
    this.#lateHour = lateHours(request.plan);
    this.#meter = new ProgressMeter(request.onProgress);
  }

  /** Reads one split to its end. Splits must come in the order of the plan. */
  async scan(given: Split): Promise<void> {
    const split = objectSplit(given);
    const index = this.tally.addSplit(split.id);
    const lines = new LineSplitter(this.#maxRecordBytes);
    let record = 0;
    for await (const piece of decompress(this.#stored(split), split.compression, split.id)) {
      for (const bytes of lines.push(piece)) {
        this.#take(split, index, record++, bytes);
        if (this.pacer.due) await this.#rest();
      }
      // A piece without a line end is work too: a compressed line of gigabytes has many of them.
      if (this.pacer.due) await this.#rest();
    }
    for (const bytes of lines.end()) this.#take(split, index, record++, bytes);
    this.#splitsDone += 1;
    this.checkMemory();
  }

  /** Decides what only the end of the input decides. */
  async settleOpen(): Promise<void> {
    for (const decision of this.decider.finish()) {
      this.#settle(decision);
      if (this.pacer.due) await this.#rest();
    }
    this.checkMemory();
    this.#meter.finish(this.#progress());
  }

  checkMemory(): void {
    this.memory.check(() => `${this.decider.keys} keys and ${this.groups.size} groups`);
  }

  async *#stored(split: ObjectSplit): AsyncGenerator<Uint8Array> {
    const { source, signal } = this.request;
    invariant(source.read !== undefined, 'objects can be read as streams');
    for await (const piece of source.read(split, signal)) {
      signal.throwIfAborted();
      this.#bytes += piece.length;
      yield piece;
    }
  }

  #take(split: Split, index: number, record: number, bytes: RecordBytes): void {
    this.tally.read(index);
    const judgement = this.#judge(bytes);
    switch (judgement.kind) {
      case 'rejected':
        this.rejects.add({ split: split.id, ordinal: split.ordinal, record }, bytes, judgement.reject);
        this.tally.decided(index, 'rejected');
        break;
      case 'stray':
        this.strays.add(judgement.timeMs);
        this.#keepLate(split, index, record, judgement.timeMs, bytes);
        this.tally.decided(index, 'stray');
        break;
      case 'filtered':
        this.tally.decided(index, 'filtered');
        break;
      case 'candidate': {
        const { row, fingerprint } = judgement;
        for (const decision of this.decider.offer({ split: index, row, fingerprint })) this.#settle(decision);
      }
    }
    this.#records += 1;
    if (this.#records % RECORDS_PER_MEMORY_CHECK === 0) this.checkMemory();
  }

  #keepLate(split: Split, index: number, record: number, timeMs: number, bytes: RecordBytes): void {
    if (this.late === null) return;
    const hourMs = this.#lateHour(index, record, timeMs);
    if (hourMs !== null) this.late.add(hourMs, { source: lateSource(split), record }, bytes);
  }

  #settle({ candidate, kept }: Decision<Candidate>): void {
    this.tally.decided(candidate.split, kept ? 'kept' : 'duplicate');
    if (kept) this.groups.add(candidate.row);
  }

  async #rest(): Promise<void> {
    await this.pacer.rest();
    this.checkMemory();
    this.#meter.update(() => this.#progress());
  }

  #progress(): EngineProgress {
    const { splits } = this.request.plan;
    return {
      events: this.#records,
      bytes: this.#bytes,
      totalBytes: splits.reduce((sum, { bytes }) => sum + bytes, 0),
      splitsDone: this.#splitsDone,
      splits: splits.length,
      memoryBytes: this.memory.peakBytes,
      spilledBytes: 0,
    };
  }
}
