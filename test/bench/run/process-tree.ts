import { readdirSync, readFileSync } from 'node:fs';

export interface TreeMemory {
  /** The sum of the peaks of all processes that run now. */
  readonly peakKib: number;
  /** What is not backed by files, now: an engine that maps its input has that in its peak, but could do without. */
  readonly anonymousKib: number;
}

/** Memory of the descendants of a process, from /proc; zeros on other systems. */
export function memoryBelow(pid: number): TreeMemory {
  let peakKib = 0;
  let anonymousKib = 0;
  const open = childrenOf(pid);
  for (let child = open.pop(); child !== undefined; child = open.pop()) {
    const status = read(`/proc/${child}/status`);
    peakKib += field(status, 'VmHWM');
    anonymousKib += field(status, 'RssAnon');
    open.push(...childrenOf(child));
  }
  return { peakKib, anonymousKib };
}

function childrenOf(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .filter((text) => text !== '')
      .map(Number),
  );
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

/** Processes end while they are looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
