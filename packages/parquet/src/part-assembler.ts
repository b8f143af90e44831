import { invariant, type PartColumn } from '@hourmill/core';
import type { EncodedRowGroup } from './encoded-row-group.ts';
import { encodeFooter, type PlacedRowGroup } from './format/footer.ts';

const MAGIC = new TextEncoder().encode('PAR1');

/** Puts row groups together to one Parquet file. The same row groups give the same bytes. */
export class PartAssembler {
  readonly #columns: readonly PartColumn[];
  readonly #keyValueMetadata: Readonly<Record<string, string>>;
  readonly #createdBy: string;
  readonly #rowGroups: PlacedRowGroup[] = [];
  #length = MAGIC.length;

  /**
   * @param columns in the order in which they were encoded
   * @param keyValueMetadata pairs for the footer, in their own order
   * @param createdBy as parquet-mr reads it: `hourmill version 0.1.0 (build local)`
   */
  constructor(columns: readonly PartColumn[], keyValueMetadata: Readonly<Record<string, string>>, createdBy: string) {
    this.#columns = columns;
    this.#keyValueMetadata = keyValueMetadata;
    this.#createdBy = createdBy;
  }

  add(rowGroup: EncodedRowGroup): void {
    invariant(rowGroup.columns.length === this.#columns.length, 'a row group has the columns of the file');
    this.#rowGroups.push({ rowGroup, offset: this.#length });
    this.#length += rowGroup.bytes.length;
  }

  /** The file in pieces, which need not be joined to be hashed and written. Row groups are not copied. */
  finish(): readonly Uint8Array[] {
    const footer = encodeFooter({
      columns: this.#columns,
      rowGroups: this.#rowGroups,
      keyValueMetadata: this.#keyValueMetadata,
      createdBy: this.#createdBy,
    });
    const end = new Uint8Array(4 + MAGIC.length);
    new DataView(end.buffer).setUint32(0, footer.length, true);
    end.set(MAGIC, 4);
    return [MAGIC, ...this.#rowGroups.map(({ rowGroup }) => rowGroup.bytes), footer, end];
  }
}
