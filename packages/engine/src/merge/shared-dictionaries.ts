import type { SharedDictionaries } from '../worker/stage.ts';

/** The dictionary block of a dimension: see `assembly/merge/dictionary-block.ts`. A view. */
export function blockOf({ buffer, starts }: SharedDictionaries, dimension: number): Uint8Array {
  const from = starts[dimension] ?? 0;
  return new Uint8Array(buffer, from, (starts[dimension + 1] ?? from) - from);
}
