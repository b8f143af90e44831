import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HourmillError } from '@hourmill/core';
import type { DruidAddress, DruidPort } from './druid-program.ts';
import type { KafkaConnection, KafkaPort } from './kafka-connection.ts';
import { isAlive, type ProcessIdentity } from './process-table.ts';
import type { S3Connection } from './s3-connection.ts';
import type { S3Port } from './s3-server.ts';

interface ServiceRecord<Port extends string> {
  /** Null until it is launched. */
  readonly process: ProcessIdentity | null;
  readonly ports: Readonly<Record<Port, number>>;
  readonly logFile: string;
}

interface DruidRecord extends ServiceRecord<DruidPort>, DruidAddress {}
export interface S3Record extends ServiceRecord<S3Port>, S3Connection {}
interface KafkaRecord extends ServiceRecord<KafkaPort>, KafkaConnection {}

export interface ServiceRecords {
  readonly druid?: DruidRecord;
  readonly s3?: S3Record;
  readonly kafka?: KafkaRecord;
}

/** `stack.json`, the file by which one command finds the servers that another one started in the same folder. */
export interface StackState {
  readonly version: 1;
  /** Another one with each start. */
  readonly id: string;
  /** Who started the servers, for as long as they depend on it; null once detached servers are up. */
  readonly owner: ProcessIdentity | null;
  readonly services: ServiceRecords;
}

export function stateFile(dataDir: string): string {
  return join(dataDir, 'stack.json');
}

/** True while anybody uses the folder. A state whose processes have all ended is a leftover of a crash. */
export function isInUse(state: StackState): boolean {
  return processesOf(state).some(isAlive);
}

function processesOf(state: StackState): ProcessIdentity[] {
  const { druid, s3, kafka } = state.services;
  return [state.owner, druid?.process, s3?.process, kafka?.process].filter((process) => process != null);
}

/** Null when there is none. Throws HM_STACK_003 when it cannot be understood. */
export function readState(file: string): StackState | null {
  const text = readOrNull(file);
  if (text === null) return null;
  const state = parseOrNull(text);
  if (state?.version === 1) return state;
  const advice = 'Make sure that no server of it runs, and delete the file';
  throw new HourmillError('HM_STACK_003', `${file} is damaged or of another version of Hourmill. ${advice}`);
}

/** Readers see the old state or the new one. The file holds the keys of the local servers, so it is ours alone. */
export function writeState(file: string, state: StackState): void {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.new`;
  writeFileSync(next, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}

export function removeState(file: string): void {
  rmSync(file, { force: true });
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseOrNull(text: string): StackState | null {
  try {
    return JSON.parse(text) as StackState | null;
  } catch {
    return null;
  }
}
