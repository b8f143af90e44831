// Compiles the kernel, AssemblyScript to WebAssembly: packages/kernel/assembly to packages/kernel/build/kernel.wasm.
// `--entry FILE --out FILE` compiles another module of the same sources, for one operator's own tests.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(root, 'packages', 'kernel', 'assembly');
const { values } = parseArgs({ options: { entry: { type: 'string' }, out: { type: 'string' } } });
const entry = values.entry ?? join(assembly, 'index.ts');
const out = values.out ?? join(root, 'packages', 'kernel', 'build', 'kernel.wasm');
const stamp = `${out}.sources`;

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort='];
// The memory comes from the host and is a shared one: packages/kernel/src/kernel.ts says why. In pages of 64 KiB.
FLAGS.push('--importMemory', '--sharedMemory', '--enable', 'threads', '--zeroFilledMemory');
FLAGS.push('--initialMemory', '16', '--maximumMemory', '32768');

const sources = hashOfSources();
if (values.entry !== undefined || !existsSync(out) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
  await compile();
}

async function compile() {
  // Loaded only when there is something to compile: the compiler takes half a second to start.
  const { main } = await import('assemblyscript/asc');
  mkdirSync(dirname(out), { recursive: true });
  const next = `${out}.${process.pid}`;
  const { error, stderr } = await main([entry, '-o', next, ...FLAGS]);
  if (error !== null) {
    console.error(stderr.toString());
    throw new Error(`the kernel does not compile: ${error.message}`);
  }
  renameSync(next, out);
  if (values.entry === undefined) writeFileSync(stamp, sources);
}

function hashOfSources() {
  const hash = createHash('sha256').update(JSON.stringify(FLAGS));
  const files = readdirSync(assembly, { recursive: true }).filter((file) => file.endsWith('.ts'));
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(assembly, file)));
  return hash.digest('hex');
}
