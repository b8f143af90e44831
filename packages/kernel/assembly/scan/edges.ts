// Ways past elements: where a field is missing, the text between the values around it is always the same, so it is kept
// with the element at which rows went astray, and with the element that comes next. Much cheaper than a detour.
//
// Edges of an element: EDGES of 80 bytes each:  length u32 (0: none) | next element u32 | unused 8 | text of 64
import { allocateZeroed } from '../memory';
import { sameBytes } from './bytes';
import { EDGES_BYTES, edgesOf, setEdges } from './template';

const EDGE: usize = 80;
const TEXT: usize = 16;
/** Longer texts are not kept. */
const MAX_TEXT: usize = 64;

let oldest: usize = 0;

/** Behind the text of the edge that {@link findEdge} found. */
export let edgeEnd: usize = 0;

/** The element whose value follows the text at `p`; 0 when no edge has that text. */
export function findEdge(element: usize, p: usize): usize {
  const edges = edgesOf(element);
  if (!edges) return 0;
  for (let edge = edges; edge < edges + EDGES_BYTES; edge += EDGE) {
    const length = <usize>load<u32>(edge);
    if (!length) return 0;
    if (sameBytes(p, edge + TEXT, length)) {
      edgeEnd = p + length;
      return load<u32>(edge, 4);
    }
  }
  return 0;
}

/** Keeps a way from an element to a later one; of too many, an old one is forgotten. */
export function addEdge(element: usize, from: usize, to: usize, next: usize): void {
  if (to - from > MAX_TEXT) return;
  // Texts are compared by 16 bytes, of which some may lie behind the last edge.
  if (!edgesOf(element)) setEdges(element, allocateZeroed(EDGES_BYTES));
  let edge = edgesOf(element);
  const end = edge + EDGES_BYTES;
  while (edge < end && load<u32>(edge)) edge += EDGE;
  if (edge == end) {
    oldest = (oldest + EDGE) % EDGES_BYTES;
    edge = edgesOf(element) + oldest;
  }
  memory.copy(edge + TEXT, from, to - from);
  store<u32>(edge, <u32>(to - from));
  store<u32>(edge, <u32>next, 4);
}
