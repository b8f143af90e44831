import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectSource, TimeChunk } from '@hourmill/core';
import { expandTimePattern } from '@hourmill/pipeline';
import { toListing } from '../splits.ts';
import type { SourceWindow } from '../window.ts';
import { findFiles } from './find-files.ts';
import { globMatcher, isGlob } from './glob.ts';
import { readFileSplit } from './read-file.ts';

export interface FileSourceOptions {
  /** Absolute paths, which may hold `*`, `?`, `**` and time patterns such as `{yyyy}`. */
  readonly paths: readonly string[];
  readonly window: SourceWindow;
}

/** Beside this file, or beside the bundle that it is a part of. */
const WORKER_MODULE = new URL(
  import.meta.url.endsWith('.ts') ? './file-split-opener.ts' : './file-split-opener.mjs',
  import.meta.url,
).href;

/**
 * Raw events in local files. A file that two entries name is read once, at its first place. Broken promises of the file
 * system are HM_INPUT_001 (a folder where a file is named), HM_INPUT_002 (changed), HM_INPUT_004 (not allowed).
 */
export function fileSource(options: FileSourceOptions): ObjectSource {
  const paths = options.paths.map((path) => resolve(path));
  return {
    list: async (chunk, signal) => {
      const entries = [];
      for (const path of paths) entries.push(await findFiles(path, chunk, options.window, signal));
      const losses = entries.flatMap((entry) => entry.losses);
      return toListing(
        entries.map((entry) => entry.found),
        losses,
      );
    },
    inputOf: (chunk) => namesOf(paths, chunk, options.window),
    read: readFileSplit,
    worker: { module: WORKER_MODULE, options: null },
  };
}

function namesOf(entries: readonly string[], chunk: TimeChunk, window: SourceWindow): (id: string) => boolean {
  const patterns = entries.flatMap((entry) => expandTimePattern(entry, chunk, window));
  const literals = new Set(patterns.filter((pattern) => !isGlob(pattern)));
  const matchers = patterns.filter(isGlob).map(globMatcher);
  return (id) => {
    const path = fileURLToPath(id);
    return literals.has(path) || matchers.some((matches) => matches(path));
  };
}
