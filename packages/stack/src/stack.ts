import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '@hourmill/core';
import { type DruidServer, startDruid } from './druid-server.ts';
import { endProcessGroup } from './process-group.ts';
import { isAlive } from './process-table.ts';
import { type S3Server, startS3 } from './s3-server.ts';
import { type Claim, claimFolder } from './stack-claim.ts';
import { SERVICES, type ServiceName, type StackOptions } from './stack-options.ts';
import { readState, removeState, type ServiceRecords, type StackState, stateFile } from './stack-state.ts';
import { stepsToStderr } from './step.ts';

export interface RunningStack extends AsyncDisposable {
  readonly dataDir: string;
  readonly druid?: DruidServer;
  readonly s3?: S3Server;
  /** Settles with the name of the first server that ends. Never rejects. */
  readonly exited: Promise<ServiceName>;
  /** Stops all. No process is left when this resolves; the data stays. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts servers in one folder and waits until they answer. Druid reads from the S3 server when both are asked for. Data
 * of an earlier start in the folder is served again, whatever the ports. All or nothing: when one does not start, the
 * other is stopped. Throws HM_STACK_003 when servers of this folder are up or a given port is taken, and what
 * {@link startDruid} and {@link startS3} throw.
 */
export async function stackUp(options: StackOptions): Promise<RunningStack> {
  invariant(options.services.length > 0, 'a stack has a service');
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const claim = await claimFolder(dataDir, options);
  try {
    const { druid, s3 } = await startAll(dataDir, claim, options);
    if (options.detach) claim.disown();
    const stop = async () => {
      await Promise.all([druid?.stop(), s3?.stop()]);
      claim.release();
    };
    const ends = [druid?.exited.then(() => 'druid' as const), s3?.exited.then(() => 's3' as const)];
    const exited = Promise.race(ends.filter((end) => end !== undefined));
    return { dataDir, ...(druid && { druid }), ...(s3 && { s3 }), exited, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Builds and starts both at once. The first failure ends the other start. */
async function startAll(dataDir: string, claim: Claim, options: StackOptions) {
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const { druid, s3 } = claim.services;
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
  ] as const;
  for (const start of starts) start?.catch((error) => failed.abort(error));
  const [druidStart, s3Start] = await Promise.allSettled(starts);
  if (druidStart.status === 'fulfilled' && s3Start.status === 'fulfilled') {
    return { druid: druidStart.value, s3: s3Start.value };
  }
  for (const start of [druidStart, s3Start]) if (start.status === 'fulfilled') await start.value?.stop();
  throw failed.signal.reason;
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
  const { druid, s3 } = state?.services ?? {};
  return {
    dataDir: options.dataDir,
    services: {
      ...(state && druid && { druid: { ...druid, running: isRunning(state, 'druid') } }),
      ...(state && s3 && { s3: { ...s3, running: isRunning(state, 's3') } }),
    },
  };
}

function isRunning(state: StackState, name: ServiceName): boolean {
  const found = state.services[name]?.process;
  return found != null && isAlive(found);
}
