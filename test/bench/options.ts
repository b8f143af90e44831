import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CASES, CHECKS } from './cases.ts';
import { PEERS } from './contenders/peer.ts';

export interface BenchOptions {
  /** Names of cases and checks, in the order of the table of cases. */
  readonly cases: readonly string[];
  /** Null: those that fit a case. */
  readonly peers: readonly string[] | null;
  /** Measured rounds; one more goes before them. */
  readonly runs: number;
  readonly events: number;
  /** Workers of Hourmill and threads of its peers. */
  readonly workers: number;
  /** Passed on to `hourmill run`; null: its own default. */
  readonly engine: string | null;
  /** Where all numbers go as JSON; null: a new file beside the data. */
  readonly out: string | null;
}

/** Millions of events would take minutes to check that everything still works; this takes seconds. */
const QUICK = { events: '200000', runs: '2', cases: 'plain,gzip8,zstd8,odd,nokey,startup' };
const FULL = { events: '2000000', runs: '7', cases: [...CASES.map(({ name }) => name), ...CHECKS].join(',') };

export const USAGE = `npm run bench -- [options]

  --cases LIST    of ${[...CASES.map(({ name }) => name), ...CHECKS].join(', ')} (default: all)
  --peers LIST    of ${PEERS.join(', ')}, or "none"
                  (default: all that fit a case, but Spark from Kafka alone)
  --runs N        measured rounds, after one to warm up (default: ${FULL.runs})
  --events N      events of the common case (default: ${FULL.events})
  --workers N     workers of Hourmill and threads of its peers (default: all processors)
  --engine NAME   passed on to hourmill run (default: its own)
  --quick         ${QUICK.events} events, ${QUICK.runs} rounds, cases ${QUICK.cases}
  --out FILE      where all numbers go as JSON (default: test/bench/.data/results/TIME.json)`;

/** @throws with a message for the user */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      peers: { type: 'string' },
      runs: { type: 'string' },
      events: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      engine: { type: 'string' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const defaults = values.quick ? QUICK : FULL;
  return {
    cases: chosen('--cases', values.cases ?? defaults.cases, [...CASES.map(({ name }) => name), ...CHECKS]),
    peers: peersFrom(values.peers),
    runs: wholeNumber('--runs', values.runs ?? defaults.runs),
    events: wholeNumber('--events', values.events ?? defaults.events),
    workers: wholeNumber('--workers', values.workers),
    engine: values.engine ?? null,
    out: values.out ?? null,
  };
}

function peersFrom(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  return text === 'none' ? [] : chosen('--peers', text, PEERS);
}

function chosen(flag: string, text: string, names: readonly string[]): string[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${flag} takes some of ${names.join(', ')}, not "${unknown}"`);
  return names.filter((name) => wanted.includes(name));
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${flag} takes a whole number from 1, not "${text}"`);
  return value;
}
