import { setTimeout as delay } from 'node:timers/promises';
import { groupMembers, isAlive, type ProcessIdentity } from './process-table.ts';

const REPEAT_MS = 500;

/**
 * Ends the process group of `leader`: SIGTERM, and SIGKILL for what is still there after `graceMs`. Resolves when no
 * process of the group is left. Does nothing when the leader has ended, whoever has its process id by now.
 */
export async function endProcessGroup(leader: ProcessIdentity, graceMs: number): Promise<void> {
  if (!isAlive(leader)) return;
  const killAtMs = performance.now() + graceMs;
  for (let nextMs = 0; groupMembers(leader.pid).length > 0; await delay(20)) {
    const nowMs = performance.now();
    if (nowMs < nextMs) continue;
    // Again and again: a signal that comes between fork and exec of a program is lost.
    signalGroup(leader.pid, nowMs < killAtMs ? 'SIGTERM' : 'SIGKILL');
    nextMs = Math.min(nowMs + REPEAT_MS, Math.max(killAtMs, nowMs));
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // The last of the group has ended in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
