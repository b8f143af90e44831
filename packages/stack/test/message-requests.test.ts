import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { messageLines } from '../src/producer/message-lines.ts';
import { messageRequests } from '../src/producer/message-requests.ts';
import { temporaryFolder } from './temporary-folder.ts';

function fileOf(content: string | Buffer, name = 'in.json'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

async function linesOf(file: string): Promise<string[]> {
  return (await Array.fromAsync(messageLines(file))).map(String);
}

const requestsOf = (file: string, partitions = 1) =>
  Array.fromAsync(messageRequests(file, { key: ['id'] }, partitions));

describe('the lines of a file', () => {
  test('end with LF, CRLF or the file; blank ones are none', async () => {
    expect(await linesOf(fileOf('a\r\nb\n\n \t\r\n c \nd'))).toEqual(['a', 'b', ' c ', 'd']);
    expect(await linesOf(fileOf(''))).toEqual([]);
  });

  test('keep their bytes, whatever they are', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x0d, 0xe2, 0x80, 0xa8]);
    expect(await Array.fromAsync(messageLines(fileOf(Buffer.concat([bytes, Buffer.from('\n')]))))).toEqual([bytes]);
  });

  test('are the same longer than any chunk, plain and compressed, in members and frames', async () => {
    const [first, second] = [`${'x'.repeat(200_000)}\nmiddle\nsec`, 'ond\nlast'];
    const expected = (first + second).split('\n');
    expect(await linesOf(fileOf(first + second))).toEqual(expected);
    const packed = (compress: (text: string) => Buffer) => Buffer.concat([compress(first), compress(second)]);
    expect(await linesOf(fileOf(packed(gzipSync), 'in.json.gz'))).toEqual(expected);
    expect(await linesOf(fileOf(packed(zstdCompressSync), 'in.json.zst'))).toEqual(expected);
  });

  test('of thousands of zstd frames, cut anywhere by the pieces of the file, are all there', async () => {
    const lines = Array.from({ length: 5_000 }, (_, line) => `${line} ${Math.sin(line)}`);
    const frames = lines.map((line) => zstdCompressSync(`${line}\n`));
    expect(await linesOf(fileOf(Buffer.concat(frames), 'in.json.zst'))).toEqual(lines);
  });

  test.each([
    ['in.json.gz', gzipSync('some text\n'.repeat(100)).subarray(0, -12)],
    ['in.json.zst', zstdCompressSync('some text\n'.repeat(100)).subarray(0, -4)],
    ['in.json.gz', Buffer.from('not gzip')],
    ['in.json.zst', Buffer.from('not zstd')],
    ['in.json.zst', Buffer.concat([zstdCompressSync('text'), Buffer.from('not zstd')])],
    ['in.json.zst', Buffer.concat([zstdCompressSync('text'), zstdCompressSync('text').subarray(0, 8)])],
    ['in.json.zst', Buffer.alloc(0)],
  ])('damaged or cut in %s, are refused', async (name, content) => {
    await expect(linesOf(fileOf(content, name))).rejects.toMatchObject({ code: 'HM_INPUT_003' });
  });

  test.each(['gone.json', 'gone.json.gz'])('of %s, which is not there, are refused', async (name) => {
    await expect(linesOf(join(temporaryFolder(), name))).rejects.toMatchObject({ code: 'HM_INPUT_001' });
  });
});

describe('the requests of a file', () => {
  test('hold a thousand messages, in order', async () => {
    const lines = Array.from({ length: 2_500 }, (_, line) => `${line}`);
    const requests = await requestsOf(fileOf(lines.join('\n')));
    expect(requests.map((messages) => messages.length)).toEqual([1_000, 1_000, 500]);
    expect(requests.flat().map(({ value }) => String(value))).toEqual(lines);
  });

  test('hold half a MiB, or one message that is larger', async () => {
    const sizes = [300_000, 300_000, 100_000, 900_000, 10];
    const requests = await requestsOf(fileOf(sizes.map((size) => 'x'.repeat(size)).join('\n')));
    expect(requests.map((messages) => messages.map(({ value }) => value?.length))).toEqual([
      [300_000],
      [300_000, 100_000],
      [900_000],
      [10],
    ]);
  });

  test('give messages without a key the partitions in turn, and leave the others to the partitioner', async () => {
    const [messages = []] = await requestsOf(fileOf('{}\n{"id":"a"}\nno json\n{}\n{}'), 3);
    expect(messages.map(({ key, partition }) => [key, partition])).toEqual([
      [undefined, 0],
      ['a', undefined],
      [undefined, 1],
      [undefined, 2],
      [undefined, 0],
    ]);
  });
});
