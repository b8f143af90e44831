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
      return maps.find((map) => takes(map, value, discriminatorOf(def))) ?? null;
    }
    default:
      return null;
  }
}

/** The key that tells the maps of a union apart. */
function discriminatorOf(union: z.core.$ZodUnionDef): string {
  return (union as Partial<z.core.$ZodDiscriminatedUnionDef>).discriminator ?? 'type';
}

/** True unless the map has a discriminator of another value. */
function takes(map: z.core.$ZodObject, value: unknown, discriminator: string): boolean {
  const allowed = map._zod.propValues?.[discriminator] ?? map._zod.def.shape[discriminator]?._zod.values;
  const found = (value as Record<string, z.core.util.Primitive> | null)?.[discriminator];
  return found === undefined || allowed === undefined || allowed.has(found);
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
