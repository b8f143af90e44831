import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ErrorCode, HourmillError } from '@hourmill/core';
import { zstdText } from './zstd-text.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a file, plain, `.gz` or `.zst`, as their bytes without the line end (LF or CRLF). Blank lines are no lines.
 * Throws HM_INPUT_001 when there is no such file, HM_INPUT_004 when it may not be read, HM_INPUT_003 when what is
 * compressed is damaged or ends early.
 */
export async function* messageLines(file: string): AsyncGenerator<Buffer> {
  const unfinished: Buffer[] = [];
  for await (const chunk of textOf(file)) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield* unlessBlank(Buffer.concat([...unfinished.splice(0), chunk.subarray(start, end)]));
      start = end + 1;
    }
    if (start < chunk.length) unfinished.push(chunk.subarray(start));
  }
  yield* unlessBlank(Buffer.concat(unfinished));
}

function* unlessBlank(line: Buffer): Generator<Buffer> {
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  const text = line.subarray(0, end);
  if (text.some((byte) => byte !== 0x20 && byte !== 0x09)) yield text;
}

async function* textOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const piece of opened(file)) yield piece as Buffer;
  } catch (error) {
    throw readingFailed(file, error as NodeJS.ErrnoException);
  }
}

function opened(file: string): AsyncIterable<unknown> {
  if (file.endsWith('.zst')) return zstdText(file);
  const source = createReadStream(file);
  if (!file.endsWith('.gz')) return source;
  const text = createGunzip();
  // However it ends, both do; an error of the source comes out of `text` as well.
  pipeline(source, text).catch(() => {});
  return text;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'HM_INPUT_001',
  ENOTDIR: 'HM_INPUT_001',
  EISDIR: 'HM_INPUT_001',
  EACCES: 'HM_INPUT_004',
  EPERM: 'HM_INPUT_004',
};

function readingFailed(file: string, error: NodeJS.ErrnoException): HourmillError {
  const code = CODES[error.code ?? ''] ?? 'HM_INPUT_003';
  return new HourmillError(code, `${file} cannot be read: ${error.message}`, { cause: error, context: { file } });
}
