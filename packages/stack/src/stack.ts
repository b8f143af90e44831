import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '@hourmill/core';
import { type DruidServer, startDruid } from './druid-server.ts';
import { type KafkaServer, startKafka } from './kafka-server.ts';
import { endProcessGroup } from './process-group.ts';
import { isAlive } from './process-table.ts';
import { type S3Server, startS3 } from './s3-server.ts';
import { type Claim, claimFolder } from './stack-claim.ts';
import { SERVICES, type ServiceName, type StackOptions } from './stack-options.ts';
import { readState, removeState, type ServiceRecords, type StackState, stateFile } from './stack-state.ts';
import { stepsToStderr } from './step.ts';

interface Servers {
  readonly druid?: DruidServer;
  readonly s3?: S3Server;
  readonly kafka?: KafkaServer;
}

export interface RunningStack extends Servers, AsyncDisposable {
  readonly dataDir: string;
  /** Settles with the name of the first server that ends. Never rejects. */
  readonly exited: Promise<ServiceName>;
  /** Stops all. No process is left when this resolves; the data stays. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts servers in one folder and waits until they answer. Druid reads from the S3 server when both are asked for. Data
 * of an earlier start in the folder is served again, whatever the ports. All or nothing: when one does not start, the
 * others are stopped. Throws HM_STACK_003 when servers of this folder are up or a given port is taken, and what
 * {@link startDruid}, {@link startS3} and {@link startKafka} throw.
 */
export async function stackUp(options: StackOptions): Promise<RunningStack> {
  invariant(options.services.length > 0, 'a stack has a service');
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const claim = await claimFolder(dataDir, options);
  try {
    const servers = await startAll(dataDir, claim, options);
    if (options.detach) claim.disown();
    const stop = async () => {
      await Promise.all(SERVICES.map((name) => servers[name]?.stop()));
      claim.release();
    };
    const ends = SERVICES.map((name) => servers[name]?.exited.then(() => name));
    const exited = Promise.race(ends.filter((end) => end !== undefined));
    return { dataDir, ...servers, exited, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Builds and starts all at once. The first failure ends the other starts. */
async function startAll(dataDir: string, claim: Claim, options: StackOptions): Promise<Servers> {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const { druid, s3, kafka } = claim.services;
  const common = { signal, detached: options.detach ?? false, onStep: options.onStep ?? stepsToStderr };
  const starts = [
    druid &&
      startDruid({
        ...common,
        dataDir: join(dataDir, 'druid'),
        ports: druid.ports,
        ...(s3 && { s3 }),
        ...(options.druidProperties && { properties: options.druidProperties }),
        onLaunch: (process) => claim.launched('druid', process),
      }),
    s3 &&
      startS3({
        ...common,
        dataDir: join(dataDir, 's3'),
        ports: s3.ports,
        onLaunch: (process) => claim.launched('s3', process),
      }),
    kafka &&
      startKafka({
        ...common,
        dataDir: join(dataDir, 'kafka'),
        ports: kafka.ports,
        onLaunch: (process) => claim.launched('kafka', process),
      }),
  ] as const;
  for (const start of starts) start?.catch((error) => failed.abort(error));
  const started = await Promise.allSettled(starts);
  if (failed.signal.aborted) {
    for (const start of started) if (start.status === 'fulfilled') await start.value?.stop();
    throw failed.signal.reason;
  }
  const [druidServer, s3Server, kafkaServer] = await Promise.all(starts);
  return {
    ...(druidServer && { druid: druidServer }),
    ...(s3Server && { s3: s3Server }),
    ...(kafkaServer && { kafka: kafkaServer }),
  };
}

/**
 * Stops all servers of the folder, whoever started them. No process of theirs is left when this resolves; the data
 * stays. Returns the names of those that ran; none when nothing did.
 */
export async function stackDown(options: { readonly dataDir: string }): Promise<ServiceName[]> {
  const file = stateFile(options.dataDir);
  const state = readState(file);
  if (state === null) return [];
  const running = SERVICES.filter((name) => isRunning(state, name));
  await Promise.all(running.map((name) => endService(state, name)));
  removeState(file);
  return running;
}

async function endService(state: StackState, name: ServiceName): Promise<void> {
  const found = state.services[name]?.process;
  if (found) await endProcessGroup(found, 10_000);
}

export interface StackStatus {
  readonly dataDir: string;
  /** The services of the last start that was not ended by {@link stackDown}. `running` looks at the process only. */
  readonly services: {
    readonly [S in ServiceName]?: NonNullable<ServiceRecords[S]> & { readonly running: boolean };
  };
}

export function stackStatus(options: { readonly dataDir: string }): StackStatus {
  const state = readState(stateFile(options.dataDir));
  const { druid, s3, kafka } = state?.services ?? {};
  return {
    dataDir: options.dataDir,
    services: {
      ...(state && druid && { druid: { ...druid, running: isRunning(state, 'druid') } }),
      ...(state && s3 && { s3: { ...s3, running: isRunning(state, 's3') } }),
      ...(state && kafka && { kafka: { ...kafka, running: isRunning(state, 'kafka') } }),
    },
  };
}

function isRunning(state: StackState, name: ServiceName): boolean {
  const found = state.services[name]?.process;
  return found != null && isAlive(found);
}
