import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * How many threads can really run at once: what the operating system lets this process use, and no more than the CPU
 * quota of its control group, which containers set and a core count does not show. At least 1.
 */
export function usableCores(cgroup = '/sys/fs/cgroup'): number {
  const quota = quotaV2(`${cgroup}/cpu.max`) ?? quotaV1(`${cgroup}/cpu`);
  return Math.max(1, Math.min(availableParallelism(), quota === null ? Number.POSITIVE_INFINITY : Math.ceil(quota)));
}

/** `cpu.max` of control groups v2: microseconds of quota, or `max`, and of the period. */
function quotaV2(file: string): number | null {
  const [quota, period] = readOr(file).split(' ');
  return ratio(quota, period);
}

function quotaV1(folder: string): number | null {
  return ratio(readOr(`${folder}/cpu.cfs_quota_us`), readOr(`${folder}/cpu.cfs_period_us`));
}

function ratio(quota: string | undefined, period: string | undefined): number | null {
  const cores = Number(quota?.trim() || Number.NaN) / Number(period?.trim() || Number.NaN);
  return Number.isFinite(cores) && cores > 0 ? cores : null;
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
