import type {
  FieldMetricType,
  FieldPath,
  Filter,
  Literal,
  MultiValueHandling,
  Program,
  TimestampFormat,
} from '@hourmill/pipeline';
import type { Field } from './fields.ts';
import { edgeNumber } from './json-texts.ts';
import type { Random } from './random.ts';

/** A program over these fields: any columns, key and filter. */
export function randomProgram(random: Random, fields: readonly Field[], format: TimestampFormat): Program {
  const time = fields.find(({ kind }) => kind === 'time');
  const dimensions = random.sample(fields, 5).map((field, index) => dimensionOf(random, field, `d${index}`));
  const measured = random.sample(fields, 5).flatMap((field, index) => metricOf(random, field, `m${index}`));
  const metrics: Program['metrics'] = random.shuffled([{ name: 'events', type: 'count' as const }, ...measured]);
  return {
    timestamp: { path: time?.path ?? ['ts'], format },
    deduplicate: random.chance(0.3)
      ? null
      : { key: keyOf(random, fields), keep: random.pick(['first', 'first', 'last']) },
    filter: random.chance(0.5) ? null : randomFilter(random, fields, 3),
    queryGranularityMs: random.pick([1, 1000, 60_000, 60_000, 300_000, 3_600_000]),
    dimensions,
    metrics,
    countMetric: 'events',
  };
}

function keyOf(random: Random, fields: readonly Field[]): FieldPath[] {
  const id = fields.find(({ kind }) => kind === 'id')?.path ?? ['id'];
  const other = random.pick(fields).path;
  return other === id || random.chance(0.7) ? [id] : random.shuffled([id, other]);
}

function dimensionOf(random: Random, { path, kind }: Field, name: string): Program['dimensions'][number] {
  const string = { name, path, type: 'string', multiValue: null } as const;
  const lists = { ...string, multiValue: random.pick<MultiValueHandling>(['ARRAY', 'SORTED_ARRAY', 'SORTED_SET']) };
  switch (kind) {
    case 'list':
      return random.chance(0.97) ? lists : string;
    case 'id':
      return random.chance(0.05) ? { ...string, type: 'long' } : string;
    case 'long':
      return random.chance(0.5) ? { ...string, type: 'long' } : string;
    case 'double':
      return random.chance(0.5) ? { ...string, type: 'double' } : string;
    default:
      return random.chance(0.1) ? lists : string;
  }
}

function metricOf(random: Random, { path, kind, isHuge }: Field, name: string): Program['metrics'] {
  const types: FieldMetricType[] = ['longMin', 'longMax', 'doubleSum', 'doubleMin', 'doubleMax'];
  // A sum of huge integers mostly fails the run: right, but it says little about all the rest.
  if (!isHuge || random.chance(0.1)) types.push('longSum', 'longSum');
  if (kind === 'long') return [{ name, type: random.pick(types), path }];
  if (kind === 'double') return [{ name, type: random.pick(['doubleSum', 'doubleMin', 'doubleMax']), path }];
  return random.chance(0.01) ? [{ name, type: random.pick(types), path }] : [];
}

function randomFilter(random: Random, fields: readonly Field[], depth: number): Filter {
  const field = random.pick(fields);
  const nested = (): Filter => randomFilter(random, fields, depth - 1);
  switch (depth === 0 ? random.between(3, 7) : random.below(8)) {
    case 0:
      return { kind: 'and', left: nested(), right: nested() };
    case 1:
      return { kind: 'or', left: nested(), right: nested() };
    case 2:
      return { kind: 'not', operand: nested() };
    case 3:
      return { kind: 'not', operand: { kind: 'isNull', field: field.path } };
    case 4:
      return {
        kind: 'in',
        field: field.path,
        literals: Array.from({ length: random.between(1, 4) }, () => literalFor(random, field)),
      };
    case 5: {
      const word = random.pick(field.words).replace(/[%_\\]/g, '');
      const pattern = random.pick([
        `${word.slice(0, 2)}%`,
        `%${word.slice(-2)}`,
        '%e%',
        '_%',
        `${word.slice(0, 1)}_%`,
        '%a%_b%',
        '%',
      ]);
      return { kind: 'like', field: field.path, pattern: pattern.toWellFormed(), escape: null };
    }
    default: {
      const operator = random.pick(['=', '!=', '<', '<=', '>', '>='] as const);
      return { kind: 'compare', field: field.path, operator, literal: literalFor(random, field) };
    }
  }
}

function literalFor(random: Random, { kind, words }: Field): Literal {
  const number = random.chance(0.2) ? edgeNumber(random) : String(random.pick([0, 1, 5, 50, 500, 12.5, -3, 1000]));
  if (kind === 'flag') return { kind: 'boolean', value: random.chance(0.5) };
  if (kind === 'long' || kind === 'double' || (kind === 'id' && random.chance(0.5)))
    return { kind: 'number', text: number };
  return random.chance(0.05)
    ? { kind: 'number', text: number }
    : { kind: 'string', value: random.pick(words).toWellFormed() };
}
