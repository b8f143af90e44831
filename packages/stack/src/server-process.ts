import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { HourmillError, invariant } from '@hourmill/core';
import { endProcessGroup } from './process-group.ts';
import { identify, type ProcessIdentity } from './process-table.ts';
import { tethered } from './tether.ts';

export interface LaunchOptions {
  /** For messages: "Druid". */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes standard output and standard error; emptied first. */
  readonly logFile: string;
  /** True: it outlives us. False (the default): it ends when we do, even if we are killed. */
  readonly detached?: boolean;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program in a process group of its own, which a Ctrl-C in our terminal does not reach. */
export interface ServerProcess {
  readonly name: string;
  /** The leader of the group. */
  readonly identity: ProcessIdentity;
  readonly logFile: string;
  /** Settles when it has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<ServerExit>;
  hasExited(): boolean;
  /** Ends the whole group, by force after `graceMs` (default 10,000). Nothing of it runs then. May be called again. */
  stop(graceMs?: number): Promise<void>;
}

const STOP_GRACE_MS = 10_000;

/** Starts a program; whether it works is for the caller to find out. Throws HM_STACK_002 when it cannot be run at all. */
export async function launch(options: LaunchOptions): Promise<ServerProcess> {
  const { name, logFile, detached = false } = options;
  const [file, ...args] = detached ? options.command : tethered(options.command);
  invariant(file !== undefined, 'a command has a program');
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawn(file, args, {
    env: { ...process.env, ...options.env },
    stdio: [detached ? 'ignore' : 'pipe', log, log],
    detached: true,
  });
  closeSync(log);
  let gone = false;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  }).then((exit) => {
    gone = true;
    return exit;
  });
  if (detached) child.unref();
  if (child.pid === undefined) {
    await exited;
    throw new HourmillError('HM_STACK_002', `${name} cannot be run: there is no program ${file}`);
  }
  // One that has ended already has no birth any more, and nobody has that one.
  const identity = identify(child.pid) ?? { pid: child.pid, birth: 'ended' };
  const stop = (graceMs = STOP_GRACE_MS) => endProcessGroup(identity, graceMs);
  return { name, identity, logFile, exited, hasExited: () => gone, stop };
}
