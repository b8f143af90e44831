import { resolve } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { type LoadedDefinition, parseDuration, parseSize, parseStore } from '@hourmill/pipeline';

/** Flags that replace values of the definition for one command. None of them shapes the output. */
export interface Overrides {
  /** `file:PATH` (relative to the current folder) or `s3://BUCKET/PREFIX` (with the connection of the definition's store). */
  readonly store?: string;
  readonly memory?: string;
  readonly disk?: string;
}

/** @throws HM_USAGE_001 for a value that the definition would not take either */
export function withOverrides(loaded: LoadedDefinition, { store, memory, disk }: Overrides): LoadedDefinition {
  const { output, limits } = loaded.definition;
  const definition = {
    ...loaded.definition,
    output: store === undefined ? output : { ...output, store: overriddenStore(store, output.store) },
    limits: {
      ...limits,
      ...(memory === undefined ? {} : { memoryBytes: parseSizeFlag('--memory', memory) }),
      ...(disk === undefined ? {} : { diskBytes: parseSizeFlag('--disk', disk) }),
    },
  };
  return { ...loaded, definition };
}

type Store = LoadedDefinition['definition']['output']['store'];

function overriddenStore(address: string, defined: Store): Store {
  const place = parseStore(address);
  if (place === null)
    throw new HourmillError('HM_USAGE_001', `--store takes file:PATH or s3://BUCKET/PREFIX, not "${address}"`);
  if (place.type === 'file') return { type: 'file', path: resolve(place.path) };
  const connection = defined.type === 's3' ? defined.connection : { region: 'us-east-1', pathStyle: false };
  return { ...place, connection };
}

function parseSizeFlag(flag: string, text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new HourmillError('HM_USAGE_001', `${flag} takes a size such as 2GiB, not "${text}"`);
  return bytes;
}

/** @throws HM_USAGE_001 unless it is a duration of at least `minMs` */
export function parseDurationFlag(flag: string, text: string, minMs = 1): number {
  const ms = parseDuration(text);
  if (ms === null || ms < minMs)
    throw new HourmillError('HM_USAGE_001', `${flag} takes a duration such as PT15M, not "${text}"`);
  return ms;
}
