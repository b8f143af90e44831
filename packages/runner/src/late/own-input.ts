import type { Plan } from '@hourmill/core';
import type { LateRow } from '@hourmill/sidecar';

type Position = Pick<LateRow, 'source' | 'record'>;

/** Whether a record lies in what a plan reads: in one of its objects, of whichever version, or in one of its ranges of offsets. */
export function inputOf({ splits, ranges = [] }: Pick<Plan, 'splits' | 'ranges'>): (position: Position) => boolean {
  const objects = new Set(splits.filter(({ type }) => type === 'object').map(({ id }) => id));
  return ({ source, record }) => {
    if (objects.has(objectOf(source))) return true;
    return ranges.some(
      ({ topicId, partition, startOffset, endOffset }) =>
        source === `kafka:${topicId}/${partition}` && record >= startOffset && record < endOffset,
    );
  };
}

/** Of `<split id>#<etag>` the id, which may hold a `#`: ETags do not. Empty for what is no object. */
export function objectOf(source: string): string {
  return source.slice(0, Math.max(0, source.lastIndexOf('#')));
}
