import type { SidecarRequest } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';

/** Which sidecars a build writes: what a merge, or a later hour's lookback, will need. */
export function sidecarRequest({ loaded }: PipelineContext, takesInLateRows: boolean): SidecarRequest {
  const { deduplicate, schedule } = loaded.definition;
  const isMerged = takesInLateRows || schedule.latenessMs > 0;
  const isLookedBackAt = (deduplicate?.lookbackMs ?? 0) > 0;
  return { fingerprints: deduplicate !== undefined && (isMerged || isLookedBackAt), accumulators: isMerged };
}
