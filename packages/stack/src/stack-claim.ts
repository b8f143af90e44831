import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { withLock } from './build-lock.ts';
import { DRUID_PORTS, type DruidPort, druidAddress } from './druid-program.ts';
import { choosePorts } from './free-ports.ts';
import { identify, type ProcessIdentity } from './process-table.ts';
import { LOCAL_S3_KEYS } from './s3-connection.ts';
import { s3Endpoint } from './s3-server.ts';
import { type ServiceName, STACK_PORTS, type StackOptions } from './stack-options.ts';
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
  const wanted = STACK_PORTS.filter((name) => options.services.includes(name === 's3' ? 's3' : 'druid'));
  const ports = await choosePorts(wanted, options.ports);
  const druidPorts = Object.fromEntries(DRUID_PORTS.map((name) => [name, ports[`druid.${name}`]]));
  const typed = druidPorts as Record<DruidPort, number>;
  const druid = { process: null, ports: typed, ...druidAddress(typed), logFile: join(dataDir, 'druid/druid.log') };
  const own = { s3: ports.s3 };
  const s3 = {
    process: null,
    ports: own,
    ...LOCAL_S3_KEYS,
    endpoint: s3Endpoint(own),
    logFile: join(dataDir, 's3/s3.log'),
  };
  return { ...(options.services.includes('druid') && { druid }), ...(options.services.includes('s3') && { s3 }) };
}
