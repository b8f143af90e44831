// CPU time of inflating gzip, CRC included, interleaved with node:zlib on the same text:
//   node packages/kernel/bench/inflate.bench.ts [FILE.gz, about 10 MB]
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { INFLATE, INFLATE_DAMAGE } from '@hourmill/kernel';
import { randomNumbers } from '../test/support/random.ts';
import { put, testKernel } from '../test/support/test-kernel.ts';
import { cpuNanoseconds } from './measure.ts';
import { sampleRecord } from './sample-record.ts';

const ROUNDS = 12;
/** Calls are as long as in a run: the machine code that V8 makes meanwhile is used from the next one on. */
const CHUNK_BYTES = 256 * 1024;

const kernel = testKernel();
const { exports } = kernel;

/** JSON lines of some 400 bytes. */
function sampleText(): Buffer {
  const random = randomNumbers(1);
  const lines = Array.from({ length: 40_000 }, (_, row) => JSON.stringify(sampleRecord(random, row)));
  return Buffer.from(`${lines.join('\n')}\n`);
}

const path = process.argv[2];
const file = path === undefined ? gzipSync(sampleText()) : readFileSync(path);
const textBytes = gunzipSync(file).length;
const input = put(kernel, Buffer.concat([file, Buffer.alloc(INFLATE.endBytes)]));
const text = exports.allocate(INFLATE.windowBytes + CHUNK_BYTES + INFLATE.overshootBytes);

/** The whole file through one buffer of text. */
function inflate(): void {
  const stream = exports.inflateOpen();
  const limit = text + INFLATE.windowBytes + CHUNK_BYTES;
  let [at, output, answer] = [input, text, INFLATE.outputFull as number];
  while (answer === INFLATE.outputFull) {
    answer = exports.inflate(stream, at, input + file.length, 1, output, limit);
    at = exports.inflateInput(stream);
    output = exports.inflateOutput(stream);
    exports.moveBytes(text, output - INFLATE.windowBytes, INFLATE.windowBytes);
    output = text + INFLATE.windowBytes;
  }
  exports.inflateClose(stream);
  if (answer !== INFLATE.ended) throw new Error(INFLATE_DAMAGE[answer]);
}

const contenders: Readonly<Record<string, () => void>> = {
  'the kernel, by pieces of 256 KiB': inflate,
  'gunzipSync, at once': () => gunzipSync(file, { chunkSize: 1 << 20 }),
};
const results = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, action] of Object.entries(contenders)) results.get(name)?.push(cpuNanoseconds(action) / textBytes);
}
for (const [name, all] of results) {
  const median = all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
  console.log(`${name}: ${median.toFixed(2)} ns a byte of text, ${Math.round(1000 / median)} MB a CPU second`);
}
