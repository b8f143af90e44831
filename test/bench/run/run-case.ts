import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { BenchCase } from '../cases.ts';
import type { Contender } from '../contenders/contender.ts';
import { type DataSet, provideDataSet } from '../data/data-set.ts';
import {
  answerOf,
  type CaseResult,
  type Consumption,
  type ContenderResult,
  consumptionOf,
  numbersOf,
  type RunNumbers,
} from '../report/results.ts';
import { type Digest, differences, digests, miscounts } from './compare.ts';
import { interleave } from './interleave.ts';
import { provideTopic, serveTopic } from './kafka.ts';
import { type Attempt, runContender } from './run-contender.ts';
import { serveDataSet } from './s3.ts';

/** The events of a case; a topic's are made of plain files. */
export function dataSetOf({ inputs, options, signal }: Bench, job: BenchCase): Promise<DataSet> {
  const { shape, scale, files } = job;
  const compression = job.storage === 'kafka' ? 'none' : job.compression;
  return provideDataSet(inputs, { shape, events: options.events * scale, files, compression }, signal);
}

/** Makes all of a case's input that stays for later benchmarks. */
export async function provideInput(bench: Bench, job: BenchCase): Promise<void> {
  const dataSet = await dataSetOf(bench, job);
  if (job.storage === 'kafka') await provideTopic(bench, job, dataSet);
}

/** All contenders do the same job in turn; after each round their files are compared. */
export async function runCase(bench: Bench, job: BenchCase, contenders: readonly Contender[]): Promise<CaseResult> {
  const dataSet = await dataSetOf(bench, job);
  const work = { job, dataSet, s3: null, kafka: null };
  // Rounds are awaited here: a server must outlive them.
  switch (job.storage) {
    case 'disk':
      return await runRounds(bench, contenders, work);
    case 's3': {
      await using served = await serveDataSet(dataSet, join(bench.scratch, 's3-server'), bench.signal);
      return await runRounds(bench, contenders, { ...work, s3: served.s3, env: served.env });
    }
    case 'kafka': {
      await using served = await serveTopic(await provideTopic(bench, job, dataSet), bench.signal);
      return await runRounds(bench, contenders, { ...work, kafka: served.kafka });
    }
  }
}

async function runRounds(
  bench: Bench,
  contenders: readonly Contender[],
  work: Parameters<typeof runContender>[2],
): Promise<CaseResult> {
  const { job, dataSet } = work;
  const rows = new Map(contenders.map(({ name }) => [name, new Row(name)]));
  const found = new Set<string>();
  await interleave<Attempt>(
    contenders.map((contender) => ({ name: contender.name, once: () => runContender(bench, contender, work) })),
    {
      runs: Math.min(bench.options.runs, job.maxRuns ?? Number.POSITIVE_INFINITY),
      warmups: job.maxRuns === null ? 1 : 0,
    },
    ({ run }) => run.outcome !== 'done',
    async (attempts, measured) => {
      const outputs = new Map(
        contenders.flatMap(({ name }) => {
          const files = attempts.get(name)?.outputs ?? [];
          return files.length === 0 ? [] : [[name, files] as const];
        }),
      );
      const described = digests(bench.python, outputs);
      for (const difference of differences(described)) found.add(difference);
      for (const difference of miscounts(consumptions(attempts), dataSet)) found.add(difference);
      for (const [name, attempt] of attempts) rows.get(name)?.add(attempt, described[name] ?? null, measured);
    },
  );
  return {
    name: job.name,
    title: job.title,
    events: dataSet.events,
    bytes: dataSet.bytes,
    threads: bench.options.workers,
    contenders: [...rows.values()].map((row) => row.result()),
    differences: [...found],
  };
}

function consumptions(attempts: ReadonlyMap<string, Attempt>): ReadonlyMap<string, Consumption> {
  const entries = [...attempts].map(([name, { run }]) => [name, consumptionOf(run)] as const);
  return new Map(entries.filter((entry): entry is [string, Consumption] => entry[1] !== null));
}

/** What becomes of one contender over the rounds of a case. */
class Row {
  readonly #name: string;
  readonly #runs: RunNumbers[] = [];
  #last: Attempt | null = null;
  #digest: Digest | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  add(attempt: Attempt, digest: Digest | null, measured: boolean): void {
    this.#last = attempt;
    this.#digest = digest;
    if (measured && attempt.run.outcome === 'done') this.#runs.push(numbersOf(attempt.run));
  }

  result(): ContenderResult {
    const version = this.#last ? answerOf(this.#last.run).version : undefined;
    return {
      name: this.#name,
      version: typeof version === 'string' ? version : null,
      outcome: this.#last?.run.outcome ?? 'failed',
      reason: this.#last?.run.reason ?? null,
      runs: this.#runs,
      digest: this.#digest,
      consumption: this.#last && consumptionOf(this.#last.run),
    };
  }
}
