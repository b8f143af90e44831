import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { HourmillError } from '@hourmill/core';
import { choosePorts } from './free-ports.ts';
import { installKafka } from './install-kafka.ts';
import { makeCertificate } from './kafka-certificate.ts';
import { KAFKA_PORTS, type KafkaConnection, type KafkaPort, kafkaConnection } from './kafka-connection.ts';
import { type KafkaFiles, kafkaFiles } from './kafka-files.ts';
import { namesBrokers } from './kafka-probe.ts';
import { formatKafka, type KafkaProgram, launchKafka } from './kafka-program.ts';
import { kafkaSettings } from './kafka-settings.ts';
import { waitUntilReady } from './ready.ts';
import { type RunningServer, START_TIMEOUT_MS, type StartOptions } from './start-options.ts';
import { stepsToStderr } from './step.ts';

export type KafkaOptions = StartOptions<KafkaPort>;

export interface KafkaServer extends RunningServer<KafkaPort>, KafkaConnection {
  /** What {@link KafkaConnection.caFile} holds. */
  readonly ca: string;
}

/**
 * Starts an Apache Kafka 4.4.0, broker and controller in one JVM (see docs/local-kafka.md), fetching it before the first
 * start. Topics, users and certificate of an earlier start in the same folder are there again, even if that broker was
 * killed. Throws HM_STACK_001 and HM_STACK_004 of {@link installKafka}, HM_STACK_002 when it does not start, HM_STACK_003
 * when a given port is taken.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { onStep = stepsToStderr, signal, detached = false } = options;
  const building = { onStep, ...(signal && { signal }) };
  const program = await installKafka(building);
  const ports = await choosePorts(KAFKA_PORTS, options.ports);
  mkdirSync(options.dataDir, { recursive: true });
  const files = kafkaFiles(realpathSync(options.dataDir));
  onStep(`starting Kafka; log: ${files.log}`);
  signal?.throwIfAborted();
  writeSettings(program, files, ports);
  await makeCertificate(files, building);
  await formatKafka(program, files, building);
  const server = await launchKafka(program, files, { detached });
  options.onLaunch?.(server.identity);
  await waitUntilReady(server, {
    probe: () => namesBrokers(ports.plaintext),
    timeoutMs: options.timeoutMs ?? START_TIMEOUT_MS,
    ...(signal && { signal }),
  });
  const connection = kafkaConnection(ports, files.caFile);
  onStep(`Kafka is ready: ${connection.brokers.plaintext}`);
  const stop = () => server.stop();
  return {
    ...connection,
    ca: readFileSync(files.caFile, 'utf8'),
    ports,
    process: server.identity,
    logFile: files.log,
    exited: server.exited,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The file holds the passwords of the local users, so it is ours alone. */
function writeSettings(program: KafkaProgram, files: KafkaFiles, ports: Readonly<Record<KafkaPort, number>>): void {
  if (files.logDir.includes(',')) {
    const message = `Kafka takes a comma for the end of a folder's name, so it cannot keep its data in ${files.logDir}`;
    throw new HourmillError('HM_STACK_002', message);
  }
  const settings = readFileSync(program.settingsFile, 'utf8') + kafkaSettings(ports, files);
  writeFileSync(files.settings, settings, { mode: 0o600 });
}
