// Bundles the `hourmill` command: one start-up file, a chunk for each library that only some commands load, and the
// kernel as scripts/build-kernel.mjs built it.
// Only files that differ are written, and each at once, so that a command that runs meanwhile is not disturbed.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lazyNodeModules } from './lazy-node-modules.mjs';

const outdir = fileURLToPath(new URL('../packages/cli/build', import.meta.url));
const kernel = source('kernel/build/kernel.wasm');
const { outputFiles } = await build({
  entryPoints: {
    hourmill: source('cli/src/main.ts'),
    // Loaded by their names: the entry of the engine's threads, and what these import to read their splits.
    'engine-thread': source('engine/src/crew/thread-boot.ts'),
    'file-split-opener': source('objects/src/file/file-split-opener.ts'),
    's3-split-opener': source('objects/src/s3/s3-split-opener.ts'),
    'kafka-split-opener': source('kafka/src/read/kafka-split-opener.ts'),
  },
  outdir,
  outExtension: { '.js': '.mjs' },
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'], // the CommonJS build of the AWS SDK has no named exports when it is bundled
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  external: ['parquet-wasm'], // finds its .wasm file beside its own module
  // Its build for Node.js is CommonJS: seventy modules that are each wrapped and run. This one is the same as ES modules.
  alias: { yaml: source('pipeline/node_modules/yaml/browser/dist/index.js') },
  plugins: [lazyNodeModules],
});

function source(path) {
  return fileURLToPath(new URL(`../packages/${path}`, import.meta.url));
}

mkdirSync(outdir, { recursive: true });
const files = [{ path: join(outdir, 'kernel.wasm'), contents: readFileSync(kernel) }, ...outputFiles];
// The start-up file last: it names the chunks.
const isEntry = ({ path }) => basename(path) === 'hourmill.mjs';
for (const file of files.toSorted((a, b) => isEntry(a) - isEntry(b))) {
  if (existsSync(file.path) && readFileSync(file.path).equals(file.contents)) continue;
  const next = `${file.path}.${process.pid}`;
  writeFileSync(next, file.contents);
  renameSync(next, file.path);
}
const made = new Set(outputFiles.map(({ path }) => basename(path)));
for (const name of readdirSync(outdir)) if (!made.has(name) && /\.mjs(\.map)?$/.test(name)) rmSync(join(outdir, name));
