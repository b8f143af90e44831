// The rows of a batch that are kept: reads the owners' answers, or the candidates when the program has no key; writes a list
// of rows. An answer is 1 for a row that is kept, 0 for a duplicate, 2 (DEFERRED) for one that is decided later. 1 ns a row.
import { candidateRowAt, candidatesAt, keepAt, keyed, ownerRowAt, ownerStartAt } from '../batch';

/** Row u32 of each kept row to `out`, of all owners; returns how many. */
export function selectKept(batch: usize, owners: i32, out: usize): i32 {
  if (!keyed) {
    const candidates = load<u32>(candidatesAt(batch));
    memory.copy(out, candidateRowAt(batch), 4 * <usize>candidates);
    return candidates;
  }
  const rows = ownerRowAt(batch);
  const keep = keepAt(batch);
  const count = <usize>load<u32>(ownerStartAt(batch) + 4 * <usize>owners);
  let kept: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    store<u32>(out + 4 * kept, load<u32>(rows + 4 * i));
    kept += <usize>(load<u8>(keep + i) & 1);
  }
  return <i32>kept;
}
