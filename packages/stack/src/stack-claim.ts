import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HourmillError, invariant } from '@hourmill/core';
import { withLock } from './build-lock.ts';
import { DRUID_PORTS, type DruidPort, druidAddress } from './druid-program.ts';
import { choosePorts } from './free-ports.ts';
import { KAFKA_PORTS, type KafkaPort, kafkaConnection } from './kafka-connection.ts';
import { kafkaFiles } from './kafka-files.ts';
import { identify, type ProcessIdentity } from './process-table.ts';
import { LOCAL_S3_KEYS } from './s3-connection.ts';
import { type S3Port, s3Endpoint } from './s3-server.ts';
import { SERVICES, type ServiceName, STACK_PORTS, type StackOptions, type StackPort } from './stack-options.ts';
import {
  isInUse,
  readState,
  removeState,
  type ServiceRecords,
  type StackState,
  stateFile,
  writeState,
} from './stack-state.ts';
import { stepsToStderr } from './step.ts';

/** Our entry in the folder's state file. */
export interface Claim {
  readonly services: ServiceRecords;
  launched(name: ServiceName, process: ProcessIdentity): void;
  /** The servers no longer depend on this process. */
  disown(): void;
  /** The folder is free again. Does nothing when `stack down` has freed it before us, whoever took it since. */
  release(): void;
}

/** Takes the folder for this process, with the ports that its servers will have. Throws HM_STACK_003 when it is in use. */
export async function claimFolder(dataDir: string, options: StackOptions): Promise<Claim> {
  const file = stateFile(dataDir);
  const lock = { doing: 'starting servers in the same folder', onStep: options.onStep ?? stepsToStderr };
  let state = await withLock(`${file}.lock`, lock, () => takeFolder(file, dataDir, options));
  const update = (next: StackState) => {
    state = next;
    writeState(file, next);
  };
  return {
    services: state.services,
    launched: (name, launched) => {
      const record = { ...state.services[name], process: launched };
      update({ ...state, services: { ...state.services, [name]: record } });
    },
    disown: () => update({ ...state, owner: null }),
    release: () => {
      if (readState(file)?.id === state.id) removeState(file);
    },
  };
}

async function takeFolder(file: string, dataDir: string, options: StackOptions): Promise<StackState> {
  const found = readState(file);
  if (found !== null && isInUse(found)) {
    throw new HourmillError('HM_STACK_003', `The servers of ${dataDir} are up. \`hourmill stack down\` stops them`);
  }
  const services = await planServices(dataDir, options);
  const state: StackState = { version: 1, id: randomUUID(), owner: identify(process.pid), services };
  writeState(file, state);
  return state;
}

/** Ports and addresses are decided before anything starts: Druid is told of the S3 server while that still starts. */
async function planServices(dataDir: string, options: StackOptions): Promise<ServiceRecords> {
  const wanted = STACK_PORTS.filter((name) => options.services.includes(serviceOf(name)));
  const ports = await choosePorts(wanted, options.ports);
  const druidPorts = Object.fromEntries(DRUID_PORTS.map((name) => [name, ports[`druid.${name}`]]));
  const kafkaPorts = Object.fromEntries(KAFKA_PORTS.map((name) => [name, ports[`kafka.${name}`]]));
  const records = {
    druid: druidRecord(dataDir, druidPorts as Record<DruidPort, number>),
    s3: s3Record(dataDir, { s3: ports.s3 }),
    kafka: kafkaRecord(dataDir, kafkaPorts as Record<KafkaPort, number>),
  };
  return Object.fromEntries(options.services.map((name) => [name, records[name]]));
}

/** `druid.broker` is a port of `druid`, `s3` the one of `s3`. */
function serviceOf(port: StackPort): ServiceName {
  const service = SERVICES.find((name) => name === port || port.startsWith(`${name}.`));
  invariant(service !== undefined, `port ${port} belongs to a service`);
  return service;
}

function druidRecord(dataDir: string, ports: Record<DruidPort, number>): NonNullable<ServiceRecords['druid']> {
  return { process: null, ports, ...druidAddress(ports), logFile: join(dataDir, 'druid/druid.log') };
}

function s3Record(dataDir: string, ports: Record<S3Port, number>): NonNullable<ServiceRecords['s3']> {
  return { process: null, ports, ...LOCAL_S3_KEYS, endpoint: s3Endpoint(ports), logFile: join(dataDir, 's3/s3.log') };
}

function kafkaRecord(dataDir: string, ports: Record<KafkaPort, number>): NonNullable<ServiceRecords['kafka']> {
  const files = kafkaFiles(join(dataDir, 'kafka'));
  return { process: null, ports, ...kafkaConnection(ports, files.caFile), logFile: files.log };
}
