import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-table.ts';
import type { OnStep } from './step.ts';

export interface LockOptions {
  /** For the message to who waits: "building Druid". */
  readonly doing: string;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * Runs `action` while no other process of this machine holds `lockFile`; waits for as long as its holder lives. A lock
 * whose holder has died is taken over.
 */
export async function withLock<T>(lockFile: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lockFile), { recursive: true });
  let told = false;
  while (!tryLock(lockFile)) {
    options.signal?.throwIfAborted();
    const holder = readHolder(lockFile);
    if (holder !== null && !isAlive(holder)) dropStale(lockFile, holder);
    else if (holder !== null && !told) {
      told = true;
      options.onStep(`waiting for process ${holder.pid}, which is ${options.doing}`);
    }
    await delay(100);
  }
  try {
    return await action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

/** A link appears with its whole content or not at all, and never replaces one that is there. */
function tryLock(lockFile: string): boolean {
  const own = privateName(lockFile);
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    linkSync(own, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own);
  }
}

function readHolder(lockFile: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}

/** Of several that find the same dead holder one moves its lock away; a lock taken since then is put back. */
function dropStale(lockFile: string, dead: ProcessIdentity): void {
  const moved = privateName(lockFile);
  try {
    renameSync(lockFile, moved);
    if (readHolder(moved)?.birth !== dead.birth) linkSync(moved, lockFile);
    rmSync(moved);
  } catch {
    // Another process was first.
  }
}

function privateName(lockFile: string): string {
  return `${lockFile}.${process.pid}-${Math.random().toString(36).slice(2)}`;
}
