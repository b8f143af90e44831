// Bundles the `hourmill` command: one start-up file, and a chunk for each library that only some commands load.
// Only files that differ are written, and each at once, so that a command that runs meanwhile is not disturbed.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const outdir = fileURLToPath(new URL('../packages/cli/build', import.meta.url));
const { outputFiles } = await build({
  entryPoints: { hourmill: fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url)) },
  outdir,
  outExtension: { '.js': '.mjs' },
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'], // the CommonJS build of the AWS SDK has no named exports when it is bundled
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  external: ['parquet-wasm'], // finds its .wasm file beside its own module
  // Some libraries are CommonJS inside and call require for node: modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

mkdirSync(outdir, { recursive: true });
// The start-up file last: it names the chunks.
const isEntry = ({ path }) => basename(path) === 'hourmill.mjs';
for (const file of outputFiles.toSorted((a, b) => isEntry(a) - isEntry(b))) {
  if (existsSync(file.path) && readFileSync(file.path).equals(file.contents)) continue;
  const next = `${file.path}.${process.pid}`;
  writeFileSync(next, file.contents);
  renameSync(next, file.path);
}
const made = new Set(outputFiles.map(({ path }) => basename(path)));
for (const name of readdirSync(outdir)) if (!made.has(name) && /\.mjs(\.map)?$/.test(name)) rmSync(join(outdir, name));
