// Bundles the `hourmill` command: one start-up file, and a chunk for each library that only some commands load.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const outdir = new URL('../packages/cli/build', import.meta.url).pathname;
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: { hourmill: new URL('../packages/cli/src/main.ts', import.meta.url).pathname },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  external: ['parquet-wasm'], // finds its .wasm file beside its own module
  // Some libraries are CommonJS inside and call require for node: modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
