// The one entry of `npm start`, `npm test` and `npm run check`. Plain JavaScript for any Node >= 18; imports node: only.
// Installs what is missing, builds the command, then runs the step in a new process, because only a new process gets
// the Node.js that the install brought.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PNPM_VERSION = '12.21.0';
const MIN_NODE_MAJOR = 24;

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: bin + delimiter + process.env.PATH, npm_config_update_notifier: 'false' };

const VITEST = join('node_modules', 'vitest', 'vitest.mjs');
const CHECKS = [
  ['types', 'tsc', '-p', '.'],
  ['lint', 'biome', 'check', '--error-on-warnings'],
  ['layers', 'node', join('scripts', 'check-layers.mjs')],
  ['dead code', 'knip'],
];
const UNIT_TESTS = ['unit tests', 'node', VITEST, 'run', '--project', 'unit'];
const ALL_TESTS = ['tests', 'node', VITEST, 'run'];
const STEPS = {
  demo: [['demo', 'node', join('packages', 'cli', 'bin', 'hourmill.mjs'), 'demo']],
  check: [...CHECKS, UNIT_TESTS],
  test: [...CHECKS, ALL_TESTS],
  build: [],
  bench: [['bench', 'node', join('test', 'bench', 'main.ts')]],
  format: [['format', 'biome', 'check', '--write']],
};

const [step = 'demo', ...args] = process.argv.slice(2);
if (!Object.hasOwn(STEPS, step)) fail(`unknown step "${step}"; one of: ${Object.keys(STEPS).join(', ')}`);
await install();
checkNode();
await bundle();
for (const [name, command, ...rest] of STEPS[step]) {
  if (STEPS[step].length > 1) console.error(`\n── ${name}`);
  const last = name === STEPS[step].at(-1)[0];
  await run(command, last ? [...rest, ...args] : rest);
}

/** Installs the locked dependencies unless the stamp says that just these are there. */
async function install() {
  const stamp = join(root, 'node_modules', '.boot-installed');
  const lock = hashOf([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')]);
  if (readIfThere(stamp) === lock) return;
  console.error('installing dependencies (once) …');
  await run('npx', ['-y', `pnpm@${PNPM_VERSION}`, 'install', '--frozen-lockfile']);
  writeFileSync(stamp, lock);
}

function checkNode() {
  const { stdout } = spawnSync('node', ['-p', 'process.versions.node'], { env, encoding: 'utf8' });
  if (Number.parseInt(stdout, 10) >= MIN_NODE_MAJOR) return;
  fail(
    `Hourmill needs Node.js ${MIN_NODE_MAJOR} or newer, this is ${stdout.trim()}. On Linux the install brings its own; here please install it.`,
  );
}

/** Builds the kernel and the `hourmill` command unless their sources are those of the last build. */
async function bundle() {
  const stamp = join(root, 'node_modules', '.boot-bundled');
  const built = ['hourmill.mjs', 'kernel.wasm'].map((file) => join(root, 'packages', 'cli', 'build', file));
  const builders = ['build-kernel.mjs', 'bundle.mjs'].map((script) => join(root, 'scripts', script));
  const plugin = join(root, 'scripts', 'lazy-node-modules.mjs');
  const sources = hashOf([...sourceFiles(), join(root, 'pnpm-lock.yaml'), ...builders, plugin]);
  if (built.every((file) => existsSync(file)) && readIfThere(stamp) === sources) return;
  for (const script of builders) await run('node', [script]);
  writeFileSync(stamp, sources);
}

function sourceFiles() {
  const packages = join(root, 'packages');
  const folders = readdirSync(packages).flatMap((name) =>
    ['src', 'assembly'].map((part) => join(packages, name, part)),
  );
  return folders.flatMap((folder) => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
  });
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Runs a command to its end and ends with its exit code unless that is 0. A signal is passed on, and waited for. */
function run(command, parameters) {
  const child = spawn(command, parameters, { cwd: root, env, stdio: 'inherit' });
  const terminate = () => child.kill('SIGTERM');
  const leaveToChild = () => {}; // Ctrl-C reaches the whole process group
  process.on('SIGTERM', terminate).on('SIGINT', leaveToChild);
  return new Promise((resolve) => {
    child.once('error', (error) => fail(`cannot run ${command}: ${error.message}`));
    child.once('exit', (status, signal) => {
      process.off('SIGTERM', terminate).off('SIGINT', leaveToChild);
      if (signal !== null) process.exit(signal === 'SIGINT' ? 130 : 143);
      if (status !== 0) process.exit(status);
      resolve();
    });
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
