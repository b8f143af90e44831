import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { choosePorts } from './free-ports.ts';
import { installVersitygw } from './install-versitygw.ts';
import { answers, waitUntilReady } from './ready.ts';
import { LOCAL_S3_KEYS, type S3Connection } from './s3-connection.ts';
import { launch } from './server-process.ts';
import { type RunningServer, START_TIMEOUT_MS, type StartOptions } from './start-options.ts';
import { stepsToStderr } from './step.ts';

/** No bucket can have this name. */
const HEALTH_PATH = '/_health';

export const S3_PORTS = ['s3'] as const;
export type S3Port = (typeof S3_PORTS)[number];

export interface S3Options extends StartOptions<S3Port> {
  /** Default: {@link LOCAL_S3_KEYS}. */
  readonly keys?: Omit<S3Connection, 'endpoint'>;
}

export interface S3Server extends RunningServer<S3Port>, S3Connection {}

/**
 * Starts the S3 server versitygw, building it before the first start. Buckets are the folders of `dataDir`/buckets, objects
 * plain files in them. `dataDir` must lie on a file system with extended
 * attributes (ext4, xfs, btrfs). Throws HM_STACK_001 and HM_STACK_004 of {@link installVersitygw}, HM_STACK_002 when it
 * does not start, HM_STACK_003 when a given port is taken.
 */
export async function startS3(options: S3Options): Promise<S3Server> {
  const { onStep = stepsToStderr, signal, detached = false, keys = LOCAL_S3_KEYS } = options;
  const program = await installVersitygw({ onStep, ...(signal && { signal }) });
  const ports = await choosePorts(S3_PORTS, options.ports);
  mkdirSync(join(options.dataDir, 'buckets'), { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const buckets = join(dataDir, 'buckets');
  const logFile = join(dataDir, 's3.log');
  onStep(`starting the S3 server; log: ${logFile}`);
  signal?.throwIfAborted();
  const listen = `127.0.0.1:${ports.s3}`;
  const server = await launch({
    name: 'The S3 server',
    command: [program, '--port', listen, '--region', keys.region, '--health', HEALTH_PATH, '--quiet', 'posix', buckets],
    env: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    logFile,
    detached,
  });
  options.onLaunch?.(server.identity);
  const endpoint = s3Endpoint(ports);
  await waitUntilReady(server, {
    probe: () => answers(endpoint + HEALTH_PATH, {}, () => true),
    timeoutMs: options.timeoutMs ?? START_TIMEOUT_MS,
    ...(signal && { signal }),
  });
  onStep(`the S3 server is ready: ${endpoint}`);
  const stop = () => server.stop();
  return {
    ...keys,
    endpoint,
    ports,
    process: server.identity,
    logFile,
    exited: server.exited,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

export function s3Endpoint(ports: Readonly<Record<S3Port, number>>): string {
  return `http://127.0.0.1:${ports.s3}`;
}
