import { createWriteStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { type EventShape, eventChunks, GENERATOR_VERSION } from './generate.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

export interface DataSetSpec {
  readonly shape: EventShape;
  readonly events: number;
  readonly files: number;
  readonly compression: Compression;
}

export interface DataSet {
  /** Holds nothing but `files`. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly events: number;
  /** Of all files, compressed. */
  readonly bytes: number;
}

const EXTENSIONS: Readonly<Record<Compression, string>> = { none: '.ndjson', gzip: '.ndjson.gz', zstd: '.ndjson.zst' };

/** The levels that the tools of most people use: gzip's and zstd's own defaults. */
const GZIP_LEVEL = 6;
const ZSTD_LEVEL = 3;

/**
 * The files of `spec` below `root`: written now, or found from an earlier time. They appear under their name only when
 * they are whole, so a run that was cut leaves nothing that looks like data.
 */
export async function provideDataSet(root: string, spec: DataSetSpec, signal: AbortSignal): Promise<DataSet> {
  const folder = join(root, nameOf(spec));
  if (!(await isThere(folder))) {
    process.stderr.write(`generating ${nameOf(spec)} …\n`);
    await mkdir(root, { recursive: true });
    const unfinished = await mkdtemp(join(root, 'unfinished-'));
    try {
      await writeFiles(unfinished, spec, signal);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const files = (await readdir(folder)).sort().map((name) => join(folder, name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return { folder, files, events: spec.events, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** All parameters, so that other ones have another folder. */
function nameOf({ shape, events, files, compression }: DataSetSpec): string {
  const publishers = `${shape.publishers.count}${shape.publishers.skewed ? 's' : 'u'}`;
  return `v${GENERATOR_VERSION}-${shape.kind}-${publishers}-${events}-${files}x-${compression}`;
}

/** The events in order, cut into equal files; all files are written at the same time, since compressing takes longest. */
async function writeFiles(folder: string, spec: DataSetSpec, signal: AbortSignal): Promise<void> {
  const cut = (file: number) => Math.floor((spec.events * file) / spec.files);
  const write = (file: number) => {
    const path = join(folder, `events-${String(file).padStart(3, '0')}${EXTENSIONS[spec.compression]}`);
    const chunks = Readable.from(eventChunks(spec.shape, cut(file), cut(file + 1)), { highWaterMark: 2 });
    const sink = createWriteStream(path);
    const options = { signal };
    if (spec.compression === 'none') return pipeline(chunks, sink, options);
    return pipeline(chunks, spec.compression === 'gzip' ? gzip() : zstd(), sink, options);
  };
  await Promise.all(Array.from({ length: spec.files }, (_, file) => write(file)));
}

const gzip = () => createGzip({ level: GZIP_LEVEL });
const zstd = () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
