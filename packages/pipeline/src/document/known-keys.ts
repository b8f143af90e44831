import type * as z from 'zod';

/**
 * The keys that the schema allows in the map that `value` has at `keys`. Where several kinds of map are allowed, those of
 * the kind that its discriminator names.
 */
export function knownKeys(schema: z.core.$ZodType, keys: readonly PropertyKey[], value: unknown): string[] {
  const map = mapOf(schema, value);
  const [key, ...rest] = keys;
  if (key === undefined) return map === null ? [] : Object.keys(map._zod.def.shape);
  const child = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  const inner = map === null ? elementOf(schema) : map._zod.def.shape[String(key)];
  return inner === undefined || inner === null ? [] : knownKeys(inner, rest, child);
}

/** The object schema inside defaults, transforms and unions. */
function mapOf(schema: z.core.$ZodType, value: unknown): z.core.$ZodObject | null {
  const { def } = (unwrap(schema) as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return unwrap(schema) as z.core.$ZodObject;
    case 'union': {
      const maps = def.options.map((option) => mapOf(option, value)).filter((option) => option !== null);
      return maps.find((map) => takes(map, value)) ?? null;
    }
    default:
      return null;
  }
}

/** True unless the map has a `type` of another value: `type` is what tells our maps apart. */
function takes(map: z.core.$ZodObject, value: unknown): boolean {
  const discriminators = map._zod.propValues?.type ?? map._zod.def.shape.type?._zod.values;
  const type = (value as { type?: z.core.util.Primitive } | null)?.type;
  return type === undefined || discriminators === undefined || discriminators.has(type);
}

function elementOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  const { def } = (unwrap(schema) as z.core.$ZodTypes)._zod;
  return def.type === 'array' ? def.element : null;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return unwrap(def.innerType);
    case 'pipe':
      return unwrap(def.in);
    default:
      return schema;
  }
}
