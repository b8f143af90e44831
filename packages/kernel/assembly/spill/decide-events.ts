// Decides events of a partition, in one of its sections: those whose key was not seen. Reads fingerprints and the table of keys
// (decide/decide.ts); writes the places of those that are kept. 16 ns an event when the
// keys lie in the caches, else what decide costs.
import { decide } from '../decide/decide';
import { addKnownKeys } from '../decide/known-keys';
import { MAX_FRAME_ROWS } from './frame';
import { sectionOf } from './partition';

const chosen = memory.data(16 * 8192, 64);
const places = memory.data(2 * 8192, 16);
const keep = memory.data(8192, 16);
let considered: i32 = 0;

/** Of the last call: how many of its events belong to the section. */
export function eventsConsidered(): i32 {
  return considered;
}

/** Adds keys that come before all events of the partition: kept ones, or such as were known before any record. */
export function addKeys(fingerprints: usize, count: i32, partitions: i32, sections: i32, section: i32, known: bool): void {
  for (let from = 0; from < count; from += MAX_FRAME_ROWS) {
    const some = choose(fingerprints + 16 * <usize>from, min(MAX_FRAME_ROWS, count - from), partitions, sections, section);
    if (known) addKnownKeys(chosen, some);
    else decide(chosen, some, keep);
  }
}

/** Of up to MAX_FRAME_ROWS events: writes those that are kept to `out`, u32 each, and returns how many. */
export function decideEvents(fingerprints: usize, count: i32, partitions: i32, sections: i32, section: i32, out: usize): i32 {
  considered = choose(fingerprints, count, partitions, sections, section);
  decide(chosen, considered, keep);
  let kept: usize = 0;
  for (let i: usize = 0; i < <usize>considered; i++) {
    store<u32>(out + 4 * kept, <u32>load<u16>(places + 2 * i));
    kept += <usize>load<u8>(keep + i);
  }
  return <i32>kept;
}

function choose(fingerprints: usize, count: i32, partitions: u64, sections: u64, section: i32): i32 {
  let n: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = fingerprints + 16 * i;
    v128.store(chosen + 16 * n, v128.load(at));
    store<u16>(places + 2 * n, <u16>i);
    n += <usize>(sectionOf(load<u64>(at), partitions, sections) == <u32>section);
  }
  return <i32>n;
}
