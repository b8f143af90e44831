import type { Scalar } from 'yaml';

/**
 * Where the character `offset` of a YAML text stands in its file. Walks text and source side by side: what the source has
 * more is the indent and the line breaks of folded text, and the second of a doubled quote.
 * @returns the start of the text for double quotes with escapes, where the two cannot be walked like that
 */
export function offsetInSource(source: string, scalar: Scalar<string>, offset: number): number {
  const [start = 0, end = 0] = scalar.range ?? [];
  if (scalar.type === 'QUOTE_DOUBLE' && source.slice(start, end).includes('\\')) return start;
  const text = scalar.value;
  let place = contentStart(source, scalar, start);
  for (let index = 0; index < offset && index < text.length; index += 1) {
    place = seek(source, place, end, text[index]) + 1;
  }
  return offset < text.length ? Math.min(seek(source, place, end, text[offset]), end) : Math.min(place, end);
}

function contentStart(source: string, scalar: Scalar<string>, start: number): number {
  if (scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE') return start + 1;
  const isBlock = scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED';
  return isBlock ? source.indexOf('\n', start) + 1 : start;
}

function seek(source: string, from: number, end: number, character: string | undefined): number {
  let place = from;
  while (place < end && source[place] !== character) place += 1;
  return place;
}
