import { type Compression, encodeRowGroup, PartAssembler } from '../../src/index.ts';
import { inputOf, schemaOf, type TestColumn } from './columns.ts';
import { testKernel } from './test-kernel.ts';

export const CREATED_BY = 'hourmill version 0.1.0 (build test)';
const NONE: Compression = { codec: 'none', level: 0 };

/** A Parquet file of one row group for each of `groups`, which have the same columns. */
export function writeFile(groups: readonly (readonly TestColumn[])[], compression: Compression = NONE): Uint8Array {
  const kernel = testKernel();
  const assembler = new PartAssembler(schemaOf(groups[0] ?? []), { 'hourmill.test': 'yes' }, CREATED_BY);
  for (const columns of groups) {
    const inputs = columns.map((column) => inputOf(kernel, column));
    const inUse = kernel.exports.bytesInUse();
    assembler.add(encodeRowGroup(kernel, inputs, columns[0]?.values.length ?? 0, compression));
    if (kernel.exports.bytesInUse() !== inUse) throw new Error('scratch space was not given back');
  }
  return Buffer.concat(assembler.finish());
}
