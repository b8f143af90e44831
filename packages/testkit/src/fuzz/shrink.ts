import type { FuzzFile, Line } from './fuzz-case.ts';

/** A shrinking may take so many builds, so that a failing test still ends. */
const MAX_ATTEMPTS = 400;

interface PlacedLine {
  readonly file: number;
  readonly line: Line;
}

/**
 * Takes away lines while the files still fail: halves, quarters and so on down to single lines (delta debugging,
 * Zeller 2002, without complements). Files stay, also empty, so that the ordinals stay too.
 */
export async function shrink(
  files: readonly FuzzFile[],
  fails: (files: readonly FuzzFile[]) => Promise<boolean>,
): Promise<readonly FuzzFile[]> {
  const filesOf = (lines: readonly PlacedLine[]): FuzzFile[] =>
    files.map(({ compression }, file) => {
      return { compression, lines: lines.filter((placed) => placed.file === file).map(({ line }) => line) };
    });
  let lines = files.flatMap((file, index) => file.lines.map((line): PlacedLine => ({ file: index, line })));
  let attempts = 0;
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < lines.length && attempts < MAX_ATTEMPTS; ) {
      const fewer = lines.toSpliced(from, size);
      attempts += 1;
      if (fewer.length < lines.length && (await fails(filesOf(fewer)))) lines = fewer;
      else from += size;
    }
  }
  return filesOf(lines);
}
