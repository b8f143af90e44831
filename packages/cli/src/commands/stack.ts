import { resolve } from 'node:path';
import { HourmillError, Secret, systemClock } from '@hourmill/core';
import {
  type RunningStack,
  SERVICES,
  type ServiceName,
  STACK_PORTS,
  type StackOptions,
  type StackPort,
  type StackStatus,
  stackDown,
  stackStatus,
  stackUp,
} from '@hourmill/stack';
import { printJson } from '../output/json.ts';

interface DataOptions {
  readonly data: string;
  readonly json?: boolean;
}

interface UpOptions extends DataOptions {
  readonly detach?: boolean;
  readonly port?: readonly string[];
  readonly bucket?: readonly string[];
}

/** `hourmill stack up`: starts servers; without `--detach` stays until a signal comes or one of them ends. */
export async function stackUpCommand(
  services: readonly string[],
  options: UpOptions,
  signal: AbortSignal,
): Promise<void> {
  const dataDir = resolve(options.data);
  const stackOptions: StackOptions = {
    services: serviceNames(services),
    dataDir,
    ports: portNumbers(options.port ?? []),
    detach: options.detach ?? false,
    signal,
  };
  const stack = await stackUp(stackOptions);
  try {
    await makeBuckets(options.bucket ?? [], stack.s3);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  printStatus(stackStatus({ dataDir }), options.json ?? false);
  if (options.detach) return;
  process.stderr.write('Ctrl-C stops them\n');
  const ended = await Promise.race([stack.exited, aborted(signal)]);
  const isDown = !signal.aborted && (await isTakenDown(dataDir));
  await stack.stop();
  signal.throwIfAborted();
  if (isDown) return;
  throw new HourmillError('HM_STACK_002', `${ended} ended by itself; its log is under ${dataDir}`);
}

/** Whether `stack down` ended the servers: it removes their state once the last one has ended. */
async function isTakenDown(dataDir: string): Promise<boolean> {
  for (let look = 0; look < 20; look++) {
    if (Object.keys(stackStatus({ dataDir }).services).length === 0) return true;
    await systemClock.sleep(100);
  }
  return false;
}

/** `hourmill stack down`: ends the servers of a folder, whoever started them. */
export async function stackDownCommand(options: DataOptions): Promise<void> {
  const stopped = await stackDown({ dataDir: resolve(options.data) });
  if (options.json) printJson({ version: 1, stopped });
  else process.stdout.write(stopped.length === 0 ? 'nothing was running\n' : `stopped ${stopped.join(', ')}\n`);
}

/** `hourmill stack status`: the servers of a folder, with their addresses and logs. */
export function stackStatusCommand(options: DataOptions): void {
  printStatus(stackStatus({ dataDir: resolve(options.data) }), options.json ?? false);
}

async function makeBuckets(names: readonly string[], s3: RunningStack['s3']): Promise<void> {
  if (s3 === undefined || names.length === 0) return;
  const { createBucket } = await import('@hourmill/objects');
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const connection = { endpoint, region, pathStyle: true, accessKeyId, secretAccessKey: new Secret(secretAccessKey) };
  for (const name of names) await createBucket(name, connection);
}

function serviceNames(given: readonly string[]): readonly ServiceName[] {
  for (const name of given) {
    if (!SERVICES.some((service) => service === name)) {
      throw new HourmillError('HM_USAGE_001', `there is no service "${name}"; one of ${SERVICES.join(', ')}`);
    }
  }
  return given.length === 0 ? SERVICES : SERVICES.filter((service) => given.includes(service));
}

/** `druid.broker=8082` and so on. */
function portNumbers(given: readonly string[]): Partial<Record<StackPort, number>> {
  return Object.fromEntries(
    given.map((text) => {
      const [name, number] = text.split('=');
      const port = STACK_PORTS.find((known) => known === name);
      const value = Number(number);
      if (port === undefined || !Number.isInteger(value) || value < 1 || value > 65_535) {
        throw new HourmillError(
          'HM_USAGE_001',
          `--port takes NAME=NUMBER, not "${text}"; names: ${STACK_PORTS.join(', ')}`,
        );
      }
      return [port, value];
    }),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolveAborted) => {
    if (signal.aborted) resolveAborted();
    signal.addEventListener('abort', () => resolveAborted(), { once: true });
  });
}

function printStatus(status: StackStatus, json: boolean): void {
  if (json) printJson({ version: 1, ...status });
  else process.stdout.write(`${statusLines(status).join('\n')}\n`);
}

/** The addresses as shell lines: a definition can name them as `${env:DRUID_BROKER}`. */
function statusLines({ services: { druid, s3, kafka } }: StackStatus): string[] {
  const lines: string[] = [];
  const state = (running: boolean): string => (running ? 'up' : 'not running');
  if (druid !== undefined) {
    lines.push(`# Druid: ${state(druid.running)}; log: ${druid.logFile}`);
    lines.push(`export DRUID_COORDINATOR=${druid.coordinator}`, `export DRUID_BROKER=${druid.broker}`);
  }
  if (s3 !== undefined) {
    lines.push(`# S3: ${state(s3.running)}; log: ${s3.logFile}`);
    lines.push(`export S3_ENDPOINT=${s3.endpoint}`, `export AWS_REGION=${s3.region}`);
    lines.push(`export AWS_ACCESS_KEY_ID=${s3.accessKeyId}`, `export AWS_SECRET_ACCESS_KEY=${s3.secretAccessKey}`);
  }
  if (kafka !== undefined) {
    const { plaintext, ssl, saslPlaintext, saslSsl } = kafka.brokers;
    lines.push(`# Kafka: ${state(kafka.running)}; log: ${kafka.logFile}`);
    lines.push(`export KAFKA_BROKERS=${plaintext}`, `export KAFKA_SSL_BROKERS=${ssl}`);
    lines.push(`export KAFKA_SASL_PLAINTEXT_BROKERS=${saslPlaintext}`, `export KAFKA_SASL_SSL_BROKERS=${saslSsl}`);
    lines.push(`export KAFKA_CA_FILE=${quoted(kafka.caFile)}`);
    const { username, password } = kafka.users.client;
    lines.push(`export KAFKA_USERNAME=${username}`, `export KAFKA_PASSWORD=${password}`);
  }
  return lines.length === 0 ? ['# nothing was started here'] : lines;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
