import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PEERS_FOLDER } from '../contenders/peer.ts';
import type { DataSet } from '../data/data-set.ts';
import type { Consumption } from '../report/results.ts';

/** What peers/digest.py says of one contender's files. */
export interface Digest {
  readonly groups: number;
  readonly events: number;
  /** Equal when the rows are, in whatever order. */
  readonly digest: string;
  readonly sorted: boolean;
  readonly codecs: readonly string[];
  readonly bytes: number;
  /** "has" or "lacks" and a row: one that this contender has and the first does not, or the other way round. */
  readonly example: string | null;
}

/** Reads the Parquet files of all contenders. The first one is the measure of the others. */
export function digests(
  python: string,
  outputs: ReadonlyMap<string, readonly string[]>,
): Readonly<Record<string, Digest>> {
  const { status, stdout, stderr } = spawnSync(python, [join(PEERS_FOLDER, 'digest.py')], {
    input: JSON.stringify(Object.fromEntries(outputs)),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the files cannot be compared: ${stderr}`);
  return JSON.parse(stdout);
}

/** Sentences about clients that have not taken each line of the data set as one message, without its line end. */
export function miscounts(found: ReadonlyMap<string, Consumption>, { events, bytes }: DataSet): string[] {
  return [...found]
    .filter(([, consumption]) => consumption.messages !== events || consumption.bytes !== bytes - events)
    .map(
      ([name, consumption]) =>
        `${name} took ${consumption.messages} messages of ${consumption.bytes} bytes instead of ${events} of ${bytes - events}`,
    );
}

/** Sentences about what is not as it should be; none when all agree. */
export function differences(found: Readonly<Record<string, Digest>>): string[] {
  const [first, ...others] = Object.entries(found);
  if (first === undefined) return [];
  const [firstName, expected] = first;
  return [
    ...others
      .filter(([, { digest }]) => digest !== expected.digest)
      .map(
        ([name, { groups, events, example }]) =>
          `${name} differs from ${firstName}: ${groups} groups of ${events} events instead of ${expected.groups} of ` +
          `${expected.events}; for example it ${example}`,
      ),
    ...Object.entries(found)
      .filter(([, { sorted }]) => !sorted)
      .map(([name]) => `${name}: the rows are not sorted`),
  ];
}
