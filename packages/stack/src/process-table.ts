import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface ProcessInfo {
  readonly pid: number;
  /** The process group. */
  readonly group: number;
  /** When it started, as text that is only compared: a process id comes again, with another birth. */
  readonly birth: string;
}

/** A process id that another process cannot take over unnoticed. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly birth: string;
}

/** Null when there is no such process, or when it has ended and only waits to be collected by its parent. */
export function identify(pid: number): ProcessIdentity | null {
  const found = hasProc() ? readProc(pid) : listByPs().find((process) => process.pid === pid);
  return found ? { pid, birth: found.birth } : null;
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.birth === process.birth;
}

/** The living processes of a group, the leader (whose id is the group's) included. */
export function groupMembers(group: number): number[] {
  return list()
    .filter((process) => process.group === group)
    .map((process) => process.pid);
}

function list(): ProcessInfo[] {
  if (!hasProc()) return listByPs();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProc(Number(pid))).filter((process) => process !== null);
}

function hasProc(): boolean {
  return existsSync('/proc/self/stat');
}

/**
 * See proc(5): after the name in parentheses come state (field 3), parent, group (5), ..., number of threads (20), start
 * time in ticks (22). A process has ended when all its threads have: until then its ports are open, zombie or not.
 */
function readProc(pid: number): ProcessInfo | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const threads = Number(fields[17]);
  if ((fields[0] === 'Z' || fields[0] === 'X') && threads <= 1) return null;
  return { pid, group: Number(fields[2]), birth: `${bootId()}/${fields[19]}` };
}

/** Ticks count from the start of the machine. */
function bootId(): string {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** For systems without /proc. */
function listByPs(): ProcessInfo[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,state=,lstart='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith('Z'))
    .map(([pid, group, , ...birth]) => ({ pid: Number(pid), group: Number(group), birth: birth.join(' ') }));
}
