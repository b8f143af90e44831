import {
  QUERY_GRANULARITIES,
  type QueryGranularity,
  SEGMENT_GRANULARITIES,
  type SegmentGranularity,
} from '@hourmill/core';
import * as z from 'zod';
import { parseFieldPath } from '../field-path.ts';
import { checkColumns } from './columns.ts';
import { choice, fieldPath, text } from './scalars.ts';

const SEGMENT_NAMES = Object.keys(SEGMENT_GRANULARITIES) as [SegmentGranularity, ...SegmentGranularity[]];
const QUERY_NAMES = Object.keys(QUERY_GRANULARITIES) as [QueryGranularity, ...QueryGranularity[]];

function listed(names: readonly string[]): string {
  return `expected one of ${names.map((name) => `"${name}"`).join(', ')}`;
}

function refusedGranularities(names: readonly string[], allowed: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `"${name}" chunks are not supported; ${listed(allowed)}`]));
}

const columnName = text.refine(
  (name) => name !== '__time',
  '"__time" is the name of the time column; expected another name',
);

const multiValueHandling = choice(['SORTED_ARRAY', 'SORTED_SET', 'ARRAY']);

const longDimension = z
  .strictObject({
    name: columnName.describe('The name of the column.'),
    type: choice(['string', 'long', 'double'], {
      float: '"float" is not supported; expected one of "string", "long", "double"',
      json: '"json" columns are not supported; expected one of "string", "long", "double"',
      auto: '"auto" is not supported; expected one of "string", "long", "double"',
    })
      .prefault('string')
      .describe('Default: string.'),
    path: fieldPath
      .optional()
      .describe(
        'The field of the event: geo.city goes into nested objects, ["a.b"] names a key with a dot. Default: the name.',
      ),
    multiValue: z.boolean().prefault(false).describe('The field may hold a list. Only for strings. Default: false.'),
    multiValueHandling: multiValueHandling
      .optional()
      .describe(
        'Order of the values of a list: SORTED_ARRAY sorts, SORTED_SET sorts without repeats, ARRAY keeps. Default: SORTED_ARRAY.',
      ),
  })
  .superRefine((dimension, context) => {
    if (dimension.multiValue && dimension.type !== 'string') {
      const message = `only string dimensions can have several values, this one is ${dimension.type}; expected false`;
      context.addIssue({ code: 'custom', path: ['multiValue'], message });
    }
    if (!dimension.multiValue && dimension.multiValueHandling !== undefined) {
      const message = 'it needs "multiValue: true" beside it';
      context.addIssue({ code: 'custom', path: ['multiValueHandling'], message });
    }
    if (dimension.path === undefined && !isFieldPath(dimension.name)) {
      const message = 'this is no field name; expected a "path" beside it';
      context.addIssue({ code: 'custom', path: ['name'], message });
    }
  })
  .transform(({ name, type, path, multiValue, multiValueHandling: handling }) => ({
    name,
    type,
    path: path ?? name,
    multiValue: multiValue ? (handling ?? 'SORTED_ARRAY') : null,
  }));

function isFieldPath(name: string): boolean {
  try {
    return parseFieldPath(name).length > 0;
  } catch {
    return false;
  }
}

/** A dimension by its name alone: a string column, read from the field of that name. */
const shortDimension = columnName
  .pipe(fieldPath)
  .transform((name) => ({ name, type: 'string' as const, path: name, multiValue: null }));

const dimension = z
  .union([shortDimension, longDimension])
  .describe('A column to group by: the name of a field, or {name, type, path, multiValue, multiValueHandling}.');

const countMetric = z
  .strictObject({ name: columnName, type: z.literal('count') })
  .describe('How many events were rolled up into a row.');

const fieldMetric = z
  .strictObject({
    name: columnName,
    type: choice(['longSum', 'longMin', 'longMax', 'doubleSum', 'doubleMin', 'doubleMax']),
    field: fieldPath.describe('The field of the event.'),
  })
  .transform(({ name, type, field }) => ({ name, type, path: field }));

const METRIC_TYPES = ['count', 'longSum', 'longMin', 'longMax', 'doubleSum', 'doubleMin', 'doubleMax'];

const metric = z
  .discriminatedUnion('type', [countMetric, fieldMetric], {
    error: ({ input }) => {
      const type = (input as { type?: unknown } | undefined)?.type;
      const known =
        /^(float|string|any)(Sum|Min|Max|First|Last|Any)$|^(long|double)(First|Last|Any)$|Sketch$|hyperUnique|cardinality/;
      return typeof type === 'string' && known.test(type)
        ? `this aggregator of Druid's is not supported; ${listed(METRIC_TYPES)}`
        : undefined;
    },
  })
  .describe('A column that sums up the events of a row: {name, type, field}, or {name, type: count}.');

/** Which columns a part has, and how coarse its rows are. */
export const rollup = z
  .strictObject({
    segmentGranularity: choice(
      SEGMENT_NAMES,
      refusedGranularities(
        ['second', 'minute', 'six_hour', 'eight_hour', 'week', 'month', 'quarter', 'year', 'all', 'none'],
        SEGMENT_NAMES,
      ),
    )
      .prefault('hour')
      .describe('The length of the time chunk that one run builds. Default: hour.'),
    queryGranularity: choice(
      QUERY_NAMES,
      refusedGranularities(['six_hour', 'eight_hour', 'week', 'month', 'quarter', 'year', 'all'], QUERY_NAMES),
    ).describe('Times are floored to this; none keeps milliseconds.'),
    dimensions: z
      .array(dimension)
      .describe('The columns to group by. Rows are sorted by time, then by these in this order.'),
    metrics: z
      .array(metric)
      .prefault([])
      .describe('The columns that sum up. Exactly one has type count; without one, a column "count" is added.'),
  })
  .superRefine((columns, context) => {
    checkGranularities(columns, context);
    checkColumns(columns, context);
  })
  .describe('Which columns the rolled-up rows have, and how coarse their times are.');

interface Granularities {
  readonly segmentGranularity: SegmentGranularity;
  readonly queryGranularity: QueryGranularity;
}

/** A bucket of rows must not reach over the end of its chunk. */
function checkGranularities({ segmentGranularity, queryGranularity }: Granularities, context: z.RefinementCtx): void {
  const chunkMs = SEGMENT_GRANULARITIES[segmentGranularity];
  const bucketMs = QUERY_GRANULARITIES[queryGranularity];
  if (chunkMs % bucketMs === 0) return;
  const reason = bucketMs > chunkMs ? 'coarser than' : 'no even part of';
  const message = `this is ${reason} the segmentGranularity "${segmentGranularity}"; expected a granularity that divides it`;
  context.addIssue({ code: 'custom', path: ['queryGranularity'], message });
}
