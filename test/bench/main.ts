import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import type { Bench } from './bench.ts';
import { type BenchCase, CASES } from './cases.ts';
import type { Contender } from './contenders/contender.ts';
import { hourmillBuild, hourmillContender, takesWorkers } from './contenders/hourmill.ts';
import { peerContender, peersOf } from './contenders/peer.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import type { BenchResults, CaseResult, Machine } from './report/results.ts';
import { caseTable, linearTable, OURS, startupTable, stepsTable, summaryTable } from './report/tables.ts';
import { providePeer } from './run/peer-program.ts';
import { providePython } from './run/python.ts';
import { provideInput, runCase } from './run/run-case.ts';
import { runLinear } from './run/run-linear.ts';
import { runStartup } from './run/run-startup.ts';

const DATA = join(import.meta.dirname, '.data');

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(USAGE);
  else process.exitCode = await benchmark(options);
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

/** Runs all that was asked for, prints tables as they come. 1 when results differ or Hourmill failed, else 0. */
async function benchmark(options: BenchOptions): Promise<number> {
  const startedAt = new Date();
  mkdirSync(DATA, { recursive: true });
  const scratch = mkdtempSync(join(DATA, 'scratch-'));
  try {
    const python = providePython('requirements.txt');
    const bench = { options, python, inputs: join(DATA, 'inputs'), scratch, signal: interrupted.signal };
    const hourmill = hourmillBuild(options.engine);
    console.error(`hourmill build ${hourmill.build}, engine ${hourmill.engine}`);
    const results = {
      version: 1,
      startedAt: startedAt.toISOString(),
      machine: machine(),
      hourmill,
      ...(await measure(bench)),
    } as const;
    const out = options.out ?? join(DATA, 'results', `${startedAt.toISOString().replaceAll(':', '-')}.json`);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
    console.error(`all numbers: ${out}`);
    if (hourmillBuild(options.engine).build !== hourmill.build) {
      throw new Error('hourmill was built anew meanwhile: these are the numbers of two programs');
    }
    return results.cases.every(isGood) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measure(bench: Bench): Promise<Pick<BenchResults, 'arguments' | 'cases' | 'startup' | 'linear'>> {
  const { options } = bench;
  const jobs = CASES.filter(({ name }) => options.cases.includes(name)).map((job) => ({
    job,
    contenders: contendersOf(bench, job),
  }));
  for (const { job } of jobs) await provideInput(bench, job);
  spawnSync('sync'); // what was just written would be written to disk during the first runs
  const cases: CaseResult[] = [];
  for (const { job, contenders } of jobs) {
    console.error(`running ${job.name} …`);
    const result = await runCase(bench, job, contenders);
    cases.push(result);
    print(caseTable(result));
  }
  if (cases.length > 0) print(summaryTable(cases));
  if (cases.length > 0) print(stepsTable(cases));
  const startup = options.cases.includes('startup') ? await runStartup(bench) : [];
  if (startup.length > 0) print(startupTable(startup));
  const linear = options.cases.includes('linear') ? await runLinear(bench) : null;
  if (linear !== null) print(linearTable(linear));
  return { arguments: process.argv.slice(2), cases, startup, linear };
}

function contendersOf({ options: { peers, engine }, python }: Bench, job: BenchCase): Contender[] {
  const single =
    takesWorkers() && engine !== 'reference' ? [hourmillContender(`${OURS}, 1 worker`, { workers: 1, engine })] : [];
  return [
    hourmillContender(OURS, { workers: null, engine }),
    ...single,
    ...peersOf(job, peers).map((name) => peerContender(name, providePeer(name, python, job))),
  ];
}

/** A peer that fails is worth a row, not an exit code. */
function isGood({ contenders, differences }: CaseResult): boolean {
  const oursFailed = contenders.some(({ name, outcome }) => name.startsWith(OURS) && outcome !== 'done');
  return differences.length === 0 && !oursFailed;
}

function machine(): Machine {
  return {
    processors: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memoryMib: Math.round(totalmem() / 2 ** 20),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

function print(table: string): void {
  console.log(`\n${table}`);
}
