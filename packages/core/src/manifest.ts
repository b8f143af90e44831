import type { Counts } from './counts.ts';
import { HourmillError } from './error.ts';
import type { RejectReason } from './error-codes.ts';
import type { Gaps } from './gaps.ts';
import type { LateFile, LateReference } from './late.ts';
import type { Plan } from './plan.ts';
import type { Sums } from './run-report.ts';

/** One Parquet file of rolled-up rows. */
export interface PartFile {
  /** Key in the store. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/** A column of the parts, in the files' order. `__time` comes first. */
export interface PartColumn {
  readonly name: string;
  readonly role: 'time' | 'dimension' | 'metric';
  /** `stringList` is a multi-value dimension. */
  readonly type: 'timestamp' | 'string' | 'stringList' | 'long' | 'double';
}

export interface RejectsFile {
  /** Key in the store of the gzipped JSON lines, one a reject. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file beside the parts that a later run may need; of this run or of an earlier one. */
export interface SidecarFile {
  /** `accumulators`: the exact sums of doubles of each row of a part; the i-th of them belongs to the i-th part. */
  readonly kind: 'fingerprints' | 'accumulators';
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The algorithm of the fingerprints inside, another one means a rebuild; null for accumulators. */
  readonly algorithm: 'hm1' | null;
  /** Keys, or rows of the part. */
  readonly rows: number;
}

/** What one generation of an hour added to it. */
export interface Generation {
  /** 0: what was read first. Each merge of late data is one more. */
  readonly number: number;
  readonly runId: string;
  readonly createdAt: string;
  /** Of what this generation read alone. */
  readonly counts: Counts;
  /** Ids of the objects that it read; of a Kafka source none but in generation 0. */
  readonly splits: readonly string[];
  /** Files of late rows that it took in. */
  readonly late: readonly LateReference[];
}

/** How many distinct keys were seen and how sure it is that no two of them were taken for one (DESIGN.md section 4.5). */
export interface KeyIdentity {
  readonly algorithm: 'hm1';
  readonly keys: number;
  /** Keys of earlier hours that these were compared with too; absent without a lookback. */
  readonly known?: number;
  /** n^2 / 2^129 as text, for example `1.2e-30`. */
  readonly collisionBound: string;
}

/** What stage 1 made, without the run that made it. */
export interface StageOneResult {
  /** Which engine and which compression library wrote the parts: byte-identical reruns hold for the same ones only. */
  readonly engine: { readonly name: string; readonly version: string; readonly parquet: string };
  readonly counts: Counts;
  /** `gaps` of Kafka splits only. */
  readonly splits: readonly { readonly id: string; readonly counts: Counts; readonly gaps?: Gaps }[];
  /** Of all splits; of a Kafka source only. */
  readonly gaps?: Gaps;
  /** Events outside the hour, by the start of the chunk they belong to. */
  readonly strays: Readonly<Record<string, number>>;
  readonly rejects: RejectsFile | null;
  readonly rejectReasons: Readonly<Partial<Record<RejectReason, number>>>;
  readonly identity: KeyIdentity | null;
  readonly groups: number;
  /** Of the count metric and of every `longSum`, over all parts. A sum over no value is absent. */
  readonly sums: Sums;
  readonly columns: readonly PartColumn[];
  readonly parts: readonly PartFile[];
  /** As far as the request asked for them: fingerprints by range of hashes, then accumulators by part. */
  readonly sidecars?: readonly SidecarFile[];
  /** By hour; where the request had {@link LateRules}. */
  readonly late?: readonly LateFile[];
  readonly timingsMs: { readonly scan: number; readonly merge: number };
  readonly peak: { readonly memoryBytes: number; readonly spilledBytes: number };
}

/** `manifest.json` (DESIGN.md section 8): it counts only once a ledger entry names it with its sha256. */
export interface Manifest {
  readonly version: 1;
  readonly runId: string;
  readonly createdAt: string;
  /** The version of Hourmill that wrote it. */
  readonly hourmill: string;
  readonly plan: Plan;
  /** The name of the count metric: its sum is the number of kept events. */
  readonly countMetric: string;
  /** sha256 (hex) of the fields that make a key: fingerprints of another one say nothing. Absent without deduplication. */
  readonly keyHash?: string;
  /** Of all generations together. */
  readonly result: StageOneResult;
  /** Fingerprints of all generations, oldest first, then the accumulators of the parts. */
  readonly sidecars: readonly SidecarFile[];
  /** Oldest first. Absent: only the first. */
  readonly generations?: readonly Generation[];
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
}

/**
 * Rule for older versions: version 1 is the first; a reader accepts every version up to its own.
 * @throws HM_LEDGER_004 for what is no manifest, HM_LEDGER_005 for a newer version
 */
export function decodeManifest(bytes: Uint8Array, path: string): Manifest {
  const manifest = decodeVersioned(bytes, path, 'HM_LEDGER_004');
  return manifest as unknown as Manifest;
}

/** Parses a JSON object that carries `version: 1`. */
export function decodeVersioned(
  bytes: Uint8Array,
  path: string,
  damaged: 'HM_LEDGER_003' | 'HM_LEDGER_004',
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HourmillError(damaged, `${path} is not JSON`, { context: { path }, cause });
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new HourmillError(damaged, `${path} has no version`, { context: { path } });
  }
  if (version > 1) {
    throw new HourmillError('HM_LEDGER_005', `${path} has version ${version}, this Hourmill reads up to 1`, {
      context: { path, version },
    });
  }
  return value as Record<string, unknown>;
}
