import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CANNOT, PEERS_FOLDER } from '../contenders/peer.ts';
import { memoryBelow } from './process-tree.ts';

/** One process from start to exit, its descendants included. */
export interface Run {
  readonly wallS: number;
  readonly cpuS: number;
  readonly userS: number;
  readonly systemS: number;
  readonly peakRssMib: number;
  readonly peakAnonymousMib: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly outcome: 'done' | 'cannot' | 'failed';
  /** Why it is not done. */
  readonly reason: string | null;
}

export interface Measuring {
  /** Runs peers/measure.py. */
  readonly python: string;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 900_000;
/** Polars at 20,000,000 events takes 9 GiB; more than this endangers the machine. */
const MAX_ANONYMOUS_MIB = 14_336;
/** Peaks are high-water marks of the kernel, so looking seldom loses little, and takes little from who is measured. */
const LOOK_EVERY_MS = 50;
const REASON_CHARACTERS = 400;

/** Runs a command and measures it. Rejects when the signal is aborted; the command and its descendants are dead then. */
export async function runOnce(command: readonly string[], { python, signal, env = {} }: Measuring): Promise<Run> {
  signal.throwIfAborted();
  const folder = mkdtempSync(join(tmpdir(), 'hourmill-bench-'));
  const result = join(folder, 'measured.json');
  const child = spawn(python, [join(PEERS_FOLDER, 'measure.py'), result, ...command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a group of its own, so that all of it can be ended
  });
  try {
    const { code, stdout, stderr, stopped, peakKib, anonymousKib } = await watch(child, signal);
    signal.throwIfAborted();
    const outcome = stopped !== null ? 'failed' : code === 0 ? 'done' : code === CANNOT ? 'cannot' : 'failed';
    const measured = stopped === null ? readMeasured(result) : NOT_MEASURED;
    return {
      wallS: measured.wallS,
      cpuS: measured.userS + measured.systemS,
      userS: measured.userS,
      systemS: measured.systemS,
      peakRssMib: Math.max(peakKib, measured.rssKib) / 1024,
      peakAnonymousMib: anonymousKib / 1024,
      stdout,
      stderr,
      outcome,
      reason: outcome === 'done' ? null : (stopped ?? lastWords(code, stderr)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Watched {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was killed. */
  readonly stopped: string | null;
  readonly peakKib: number;
  readonly anonymousKib: number;
}

function watch(child: ChildProcess, signal: AbortSignal): Promise<Watched> {
  let stdout = '';
  let stderr = '';
  let stopped: string | null = null;
  let peakKib = 0;
  let anonymousKib = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const stop = (why: string) => {
    stopped ??= why;
    killGroup(child);
  };
  const onAbort = () => stop('interrupted');
  signal.addEventListener('abort', onAbort, { once: true });
  const timeout = setTimeout(() => stop(`not done after ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
  const looking = setInterval(() => {
    const memory = memoryBelow(child.pid ?? 0);
    peakKib = Math.max(peakKib, memory.peakKib);
    anonymousKib = Math.max(anonymousKib, memory.anonymousKib);
    if (memory.anonymousKib > MAX_ANONYMOUS_MIB * 1024) stop(`took more than ${MAX_ANONYMOUS_MIB} MiB`);
  }, LOOK_EVERY_MS);
  return new Promise<Watched>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr, stopped, peakKib, anonymousKib }));
  }).finally(() => {
    clearInterval(looking);
    clearTimeout(timeout);
    signal.removeEventListener('abort', onAbort);
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** Of a program that is not there to be run. */
export function notRun(reason: string): Run {
  const numbers = { wallS: Number.NaN, cpuS: Number.NaN, userS: Number.NaN, systemS: Number.NaN };
  return { ...numbers, peakRssMib: 0, peakAnonymousMib: 0, stdout: '', stderr: '', outcome: 'cannot', reason };
}

const NOT_MEASURED = { wallS: Number.NaN, userS: Number.NaN, systemS: Number.NaN, rssKib: 0 };

function readMeasured(result: string): typeof NOT_MEASURED {
  try {
    return JSON.parse(readFileSync(result, 'utf8'));
  } catch {
    return NOT_MEASURED;
  }
}

function lastWords(code: number | null, stderr: string): string {
  const words = stderr.trim().split('\n').slice(-3).join(' ').slice(-REASON_CHARACTERS);
  return code === CANNOT ? words : `exit ${code}: ${words}`;
}
