import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  DRUID_PORTS,
  type DruidAddress,
  type DruidPort,
  druidAddress,
  druidAnswers,
  launchDruid,
} from './druid-program.ts';
import { choosePorts } from './free-ports.ts';
import { installDruid } from './install-druid.ts';
import { waitUntilReady } from './ready.ts';
import type { S3Connection } from './s3-connection.ts';
import { type RunningServer, START_TIMEOUT_MS, type StartOptions } from './start-options.ts';
import { stepsToStderr } from './step.ts';

export interface DruidOptions extends StartOptions<DruidPort> {
  /** Where `s3` input sources of tasks read. Without it such tasks fail. */
  readonly s3?: S3Connection;
  /** More runtime properties (`druid.*`), for every service. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface DruidServer extends RunningServer<DruidPort>, DruidAddress {}

/**
 * Starts a whole Druid 33.0.0 in one JVM (see docs/local-druid.md), building it before the first start. When this
 * resolves, tasks and SQL are answered; segments of an earlier start in the same folder are loaded within seconds.
 * Throws HM_STACK_001 and HM_STACK_004 of {@link installDruid}, HM_STACK_002 when it does not start, HM_STACK_003 when a
 * given port is taken.
 */
export async function startDruid(options: DruidOptions): Promise<DruidServer> {
  const { onStep = stepsToStderr, signal, detached = false, s3, properties } = options;
  const program = await installDruid({ onStep, ...(signal && { signal }) });
  const ports = await choosePorts(DRUID_PORTS, options.ports);
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const logFile = join(dataDir, 'druid.log');
  onStep(`starting Druid; log: ${logFile}`);
  signal?.throwIfAborted();
  const launched = { dataDir, logFile, ports, detached, ...(s3 && { s3 }), ...(properties && { properties }) };
  const server = await launchDruid(program, launched);
  options.onLaunch?.(server.identity);
  const address = druidAddress(ports);
  await waitUntilReady(server, {
    probe: () => druidAnswers(address),
    timeoutMs: options.timeoutMs ?? START_TIMEOUT_MS,
    ...(signal && { signal }),
  });
  onStep(`Druid is ready: Coordinator and Overlord ${address.coordinator}, Broker ${address.broker}`);
  const stop = () => server.stop();
  const { identity, exited } = server;
  return { process: identity, ports, ...address, logFile, exited, stop, [Symbol.asyncDispose]: stop };
}
