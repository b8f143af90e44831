import { hasManifest, isOpen, type LedgerEntry, type Manifest, mayFollow, type PartFile, sha256 } from '@hourmill/core';
import { hourText, rowsOfParts } from './served-rows.ts';
import type { Task, Version, VirtualDruid } from './virtual-druid.ts';
import type { WatchedObjects } from './watched-objects.ts';

/** What is known of an hour from its ledger. */
interface Hour {
  readonly entries: LedgerEntry[];
  lastBytes: Uint8Array | undefined;
  /** The number of the first entry that names each manifest, by sha256. */
  readonly committed: Map<string, { readonly sequence: number; readonly manifest: Manifest }>;
  /** That number of the newest manifest that has been done. */
  doneSequence: number;
}

/** What the parts of a manifest must hold, given the input that it names. */
export type ManifestModel = (manifest: Manifest, sha256: string) => string;

/**
 * Looks at each change of store and Druid, and notes which invariant of docs/commit-protocol.md it breaks. Nothing is asked of the
 * code under test: entries and manifests are read as they lie in the store.
 */
export class Invariants {
  readonly broken: string[] = [];
  readonly #objects: WatchedObjects;
  readonly #druid: () => VirtualDruid;
  readonly #model: ManifestModel;
  readonly #hours = new Map<string, Hour>();
  /** Files that an entry names, with their sha256. */
  readonly #named = new Map<string, string>();

  constructor(objects: WatchedObjects, druid: () => VirtualDruid, model: ManifestModel) {
    this.#objects = objects;
    this.#druid = druid;
    this.#model = model;
    objects.onChange = (key, bytes) => this.#change(key, bytes);
  }

  lastEntry(hour: string): LedgerEntry | undefined {
    return this.#hours.get(hour)?.entries.at(-1);
  }

  #isThere({ path, sha256: hash }: Pick<PartFile, 'path' | 'sha256'>): boolean {
    const stored = this.#objects.get(path);
    return stored !== undefined && sha256(stored.bytes) === hash;
  }

  /** Before Druid takes a task. */
  submitted(task: Task): void {
    if (task.handOver === null) return;
    const { hour } = task.handOver.manifest.plan;
    const last = this.lastEntry(hour);
    this.#expect('I3', last?.state === 'indexing' && last.druid?.taskId === task.id, () => {
      return `${task.id} is sent while the ledger of ${hour} says ${last?.state} of ${last?.druid?.taskId}`;
    });
    const { manifestSha256 } = task.handOver;
    const other = this.#druid()
      .running()
      .find(({ handOver }) => handOver?.manifest.plan.hour === hour && handOver.manifestSha256 !== manifestSha256);
    this.#expect('I4', other === undefined, () => `${task.id} is sent while ${other?.id} may still publish`);
  }

  /** After Druid serves another version of an hour. */
  served(hour: string, version: Version): void {
    const { committed, doneSequence } = this.#hourOf(hour);
    const named = committed.get(version.manifestSha256);
    if (named === undefined) {
      this.#break('I5', `Druid serves ${version.taskId} of ${hour}, which was never committed`);
      return;
    }
    const [served, expected] = [hourText(version.rows), this.#hourText(named.manifest)];
    this.#expect('I5', served === expected, () => `Druid serves ${served} of ${hour}, its manifest has ${expected}`);
    this.#expect('I5', named.sequence >= doneSequence, () => {
      return `Druid serves ${version.taskId} of ${hour}, although a newer manifest has been done`;
    });
  }

  #change(key: string, bytes: Uint8Array | undefined): void {
    const named = this.#named.get(key);
    if (named !== undefined && (bytes === undefined || sha256(bytes) !== named)) {
      this.#break(
        bytes === undefined ? 'I8' : 'I2',
        `${key}, which an entry names, is ${bytes === undefined ? 'removed' : 'rewritten'}`,
      );
    }
    if (!key.includes('/ledger/')) return;
    if (bytes === undefined || this.#objects.has(key)) {
      this.#break('I1', `${key} is removed or rewritten`);
      return;
    }
    this.#append(key, bytes);
  }

  #append(key: string, bytes: Uint8Array): void {
    const entry = JSON.parse(new TextDecoder().decode(bytes)) as LedgerEntry;
    const hour = this.#hourOf(entry.hour);
    const last = hour.entries.at(-1);
    const by = last?.runId === entry.runId ? 'same-run' : 'other-run';
    const what = `${key}, ${entry.state} by ${entry.runId}`;
    this.#expect('I1', entry.sequence === hour.entries.length + 1, () => `${what}, has number ${entry.sequence}`);
    const previous = hour.lastBytes === undefined ? null : sha256(hour.lastBytes);
    this.#expect('I1', entry.previous === previous, () => `${what}, does not chain`);
    this.#expect('I1', mayFollow(last?.state, entry.state, by), () => `${what}, follows ${last?.state} by ${by}`);
    const hasLost = by === 'other-run' && hour.entries.some(({ runId }) => runId === entry.runId);
    this.#expect('I3', !hasLost, () => `${what}, which had lost the hour to ${last?.runId}`);
    const leaseUntil = last !== undefined && isOpen(last.state) && by === 'other-run' ? last.leaseUntil : null;
    const isFree = leaseUntil === null || leaseUntil <= entry.at || entry.state === 'abandoned';
    this.#expect('I3', isFree, () => `${what}, before the lease of ${last?.runId} ran out`);
    hour.entries.push(entry);
    hour.lastBytes = bytes;
    this.#named.set(key, sha256(bytes));
    if (entry.manifest !== null) this.#commit(what, hour, entry, entry.manifest);
    if (entry.state === 'done') this.#done(what, hour, entry);
  }

  #commit(what: string, hour: Hour, entry: LedgerEntry, named: NonNullable<LedgerEntry['manifest']>): void {
    if (hour.committed.has(named.sha256)) return;
    if (!this.#isThere(named)) {
      this.#break('I2', `${what}, names ${named.path}, which is not there`);
      return;
    }
    const manifest = JSON.parse(new TextDecoder().decode(this.#objects.get(named.path)?.bytes)) as Manifest;
    this.#named.set(named.path, named.sha256);
    for (const file of filesOf(manifest, hasManifest(entry.state))) {
      this.#expect('I2', this.#isThere(file), () => `${what}, names ${file.path}, which is not there as it was`);
      this.#named.set(file.path, file.sha256);
    }
    if (!hasManifest(entry.state)) return;
    hour.committed.set(named.sha256, { sequence: entry.sequence, manifest });
    const [built, expected] = [this.#hourText(manifest), this.#model(manifest, named.sha256)];
    this.#expect('I7', built === expected, () => `${what}: its parts hold ${built} instead of ${expected}`);
  }

  #hourText({ result }: Manifest): string {
    const parts = result.parts.map(({ path }) => this.#objects.get(path)?.bytes ?? new Uint8Array(0));
    return hourText(rowsOfParts(parts, result.columns));
  }

  #done(what: string, hour: Hour, entry: LedgerEntry): void {
    const committed = hour.committed.get(entry.manifest?.sha256 ?? '');
    if (committed === undefined) {
      this.#break('I6', `${what}, names no committed manifest`);
      return;
    }
    hour.doneSequence = Math.max(hour.doneSequence, committed.sequence);
    const served = hourText(this.#druid().sums(committed.manifest.plan.chunk).rows);
    const expected = this.#hourText(committed.manifest);
    this.#expect('I6', served === expected, () => `${what}, but Druid serves ${served} instead of ${expected}`);
  }

  #hourOf(hour: string): Hour {
    const found = this.#hours.get(hour) ?? { entries: [], lastBytes: undefined, committed: new Map(), doneSequence: 0 };
    this.#hours.set(hour, found);
    return found;
  }

  #expect(invariant: string, holds: boolean, what: () => string): void {
    if (!holds) this.#break(invariant, what());
  }

  #break(invariant: string, what: string): void {
    this.broken.push(`${invariant}: ${what}`);
  }
}

/** All files that a manifest names, its own and those of earlier runs. What a run kept for other hours counts only once it has committed. */
function filesOf(
  { result, sidecars, generations = [] }: Manifest,
  isCommitted: boolean,
): readonly Pick<PartFile, 'path' | 'sha256'>[] {
  const rejects = result.rejects === null ? [] : [result.rejects];
  const kept = isCommitted ? (result.late ?? []) : [];
  return [...result.parts, ...sidecars, ...rejects, ...kept, ...generations.flatMap(({ late }) => late)];
}
