// The unescaped strings of a block, one behind the other in chunks that never move. A block begins with the first chunk
// empty; further chunks, for blocks with much to unescape, live until the next block.
//
// A chunk: previous chunk u32 | its size u32 | unused 8 | bytes ... SLACK
import { allocate, release } from '../memory';
import { SLACK } from '../layout';

const HEADER: usize = 16;
const CHUNK: usize = 65536;

let chunk: usize = 0;
let end: usize = 0;

/** Where the next string goes. */
export let arenaTop: usize = 0;

/** Forgets all strings. */
export function emptyArena(): void {
  if (!chunk) addChunk(CHUNK, 0);
  while (load<u32>(chunk)) {
    const previous = <usize>load<u32>(chunk);
    release(chunk, load<u32>(chunk, 4));
    chunk = previous;
  }
  enter();
}

/** Makes sure that so many bytes, and SLACK, can be written at `arenaTop`. */
export function reserveArena(bytes: usize): void {
  if (arenaTop + bytes <= end) return;
  const needed = bytes + HEADER + SLACK;
  addChunk(needed > CHUNK ? needed : CHUNK, chunk);
  enter();
}

/** Keeps what was written up to here. */
export function keepArena(top: usize): void {
  arenaTop = top;
}

function addChunk(size: usize, previous: usize): void {
  chunk = allocate(size);
  store<u32>(chunk, <u32>previous);
  store<u32>(chunk, <u32>size, 4);
}

function enter(): void {
  arenaTop = chunk + HEADER;
  end = chunk + load<u32>(chunk, 4) - SLACK;
}
