// CPU nanoseconds a row of the operators on values and of the filter, over blocks of 128 rows that differ:
//   node packages/kernel/bench/values.bench.ts [part of a name]
import { compileFilter, type Kernel } from '@hourmill/kernel';
import { parseFilter } from '@hourmill/pipeline';
import { testKernel } from '../test/support/test-kernel.ts';
import { fillBlock, openBatch } from '../test/support/value-block.ts';
import { cpuNanoseconds } from './measure.ts';

const BLOCK = 128;
const ROUNDS = 12;
const CALLS = 20_000;
const HOUR = Date.parse('2026-11-22T10:00:00Z');

let seed = 1;
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

function uuid(): string {
  return [8, 4, 4, 4, 12]
    .map((digits) => Array.from({ length: digits }, () => random(16).toString(16)).join(''))
    .join('-');
}

interface Case {
  readonly name: string;
  readonly fields: readonly (() => string | undefined)[];
  readonly setUp?: (kernel: Kernel) => void;
  readonly run: (kernel: Kernel) => void;
}

const isoTime = () => new Date(HOUR + random(3_600_000)).toISOString();
const price = () => (random(5_000_000) / 1e5).toString();
const cents = () => `${random(10_000) / 100}`;
const quoted = (text: () => string) => () => JSON.stringify(text());

function time(name: string, format: number, text: () => string): Case {
  return {
    name: `time, ${name}`,
    fields: [text],
    setUp: (kernel) => kernel.exports.setTime(format, BigInt(HOUR), BigInt(HOUR + 3_600_000), 60_000n),
    run: (kernel) => kernel.exports.readTime(0, 0),
  };
}

function long(name: string, text: () => string | undefined): Case {
  return { name: `long, ${name}`, fields: [text], run: (kernel) => kernel.exports.readLong(0, 0) };
}

function double(name: string, text: () => string | undefined): Case {
  return { name: `double, ${name}`, fields: [text], run: (kernel) => kernel.exports.readDouble(0, 0) };
}

function key(name: string, ...fields: (() => string)[]): Case {
  return {
    name: `key, ${name}`,
    fields,
    setUp: (kernel) => fields.forEach((_, field) => void kernel.exports.addKeyField(field)),
    run: (kernel) => kernel.exports.hashKey(0, 0),
  };
}

function filter(text: string, ...fields: (() => string)[]): Case {
  return {
    name: `filter, ${text}`,
    fields,
    setUp: (kernel) => compileFilter(kernel, parseFilter(text), ([name]) => (name === 'a' ? 0 : 1)),
    run: (kernel) => kernel.exports.applyFilter(0, 0),
  };
}

const type = quoted(() => ['impression', 'click', 'view'][random(3)] ?? '');
const cases: readonly Case[] = [
  time('ISO to the millisecond', 0, quoted(isoTime)),
  time(
    'ISO to the second',
    1,
    quoted(() => `${isoTime().slice(0, 19)}Z`),
  ),
  time(
    'ISO to the microsecond, +00:00',
    1,
    quoted(() => `${isoTime().slice(0, 23)}456+00:00`),
  ),
  time('integer milliseconds', 2, () => `${HOUR + random(3_600_000)}`),
  time('seconds with fraction', 3, () => `${(HOUR + random(3_600_000)) / 1000}`),
  long('1 to 3 digits', () => `${random(1000)}`),
  long('13 digits', () => `${HOUR + random(1e9)}`),
  long('19 digits', () => `10${random(1e8)}00000000`.padEnd(19, '7')),
  long('null in 10 %', () => (random(10) === 0 ? undefined : `${random(1000)}`)),
  double('prices, 0 to 5 places', price),
  double('signed, 2 places', () => `${random(2) ? '-' : ''}${cents()}`),
  double('6 places and 6 digits', () => `${random(1e6)}.${100_000 + random(900_000)}`),
  double('17 digits', () => String((random(2 ** 30) + 0.5) / 2 ** 30 / 3)),
  double('null in 10 %', () => (random(10) === 0 ? 'null' : price())),
  key('string of 36', quoted(uuid)),
  key('integer', () => `${random(1e9)}`),
  key(
    'string of 12, integer, string of 36',
    quoted(() => `publisher-${10 + random(90)}`),
    () => `${random(1e9)}`,
    quoted(uuid),
  ),
  filter("a = 'impression'", type),
  filter("a = 'impression' and b >= 0", type, price),
  filter('b >= 0.5 and b < 10', type, price),
  filter("a in ('impression', 'click', 'x', 'y')", type),
  filter('a is null', type),
  filter('a = true', () => (random(2) ? 'true' : 'false')),
  filter('a is null or a is null or a is null or a is null', type),
  filter("a like 'imp%'", type),
  filter("a like '%ssio%'", type),
];

/** Blocks that take turns, so that branches are not learned by heart. */
const BLOCKS = 16;

function prepare({ fields, setUp }: Case): { kernel: Kernel; block: (index: number) => void } {
  const kernel = testKernel();
  const { setFields, setBlockRows, spanAtOf, spanOfOf, flagsAt } = kernel.exports;
  setFields(fields.length);
  openBatch(kernel, 1, true);
  setUp?.(kernel);
  const blocks = Array.from({ length: BLOCKS }, () => {
    fillBlock(
      kernel,
      fields.map((field) => Array.from({ length: BLOCK }, () => field())),
    );
    const last = fields.length - 1;
    return kernel.bytes.slice(spanAtOf(0), spanOfOf(last) + 4 * BLOCK);
  });
  return {
    kernel,
    block: (index) => {
      kernel.bytes.set(blocks[index % BLOCKS] ?? [], spanAtOf(0));
      kernel.bytes.fill(0, flagsAt(), flagsAt() + BLOCK);
      setBlockRows(BLOCK);
    },
  };
}

const wanted = process.argv[2] ?? '';
const prepared = cases
  .filter(({ name }) => name.includes(wanted))
  .map((one) => ({ ...one, ...prepare(one), best: Number.POSITIVE_INFINITY }));
// The copy of spans into the block is no part of an operator.
for (let round = 0; round < ROUNDS; round++) {
  for (const one of prepared) {
    const calls = CALLS / ROUNDS;
    const both = cpuNanoseconds(() => {
      for (let call = 0; call < calls; call++) {
        one.block(call);
        one.run(one.kernel);
      }
    });
    const copies = cpuNanoseconds(() => {
      for (let call = 0; call < calls; call++) one.block(call);
    });
    if (round > 1) one.best = Math.min(one.best, (both - copies) / calls / BLOCK);
  }
}
for (const { name, best } of prepared) console.log(`${best.toFixed(1).padStart(6)} ns  ${name}`);
