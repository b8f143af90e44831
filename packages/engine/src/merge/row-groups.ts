import { ROW_GROUP_ROWS } from '../options.ts';
import type { ChunkSlice, MergedChunk } from '../worker/stage.ts';

/**
 * Cuts all finished rows, in their order, into row groups of ROW_GROUP_ROWS; only the last may hold fewer. A function of the
 * rows: how many workers merged them, and where their key ranges met, makes no difference.
 */
export function cutRowGroups(chunks: readonly MergedChunk[], rowsAGroup: number = ROW_GROUP_ROWS): ChunkSlice[][] {
  const groups: ChunkSlice[][] = [];
  let group: ChunkSlice[] = [];
  let room = rowsAGroup;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.rows; ) {
      const to = Math.min(chunk.rows, from + room);
      group.push({ chunk, from, to });
      room -= to - from;
      from = to;
      if (room > 0) continue;
      groups.push(group);
      group = [];
      room = rowsAGroup;
    }
  }
  return group.length === 0 ? groups : [...groups, group];
}
