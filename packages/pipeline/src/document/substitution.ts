import { isAbsolute, resolve } from 'node:path';

/** What a definition can refer to outside of itself. */
export interface Surroundings {
  /** The value of an environment variable, undefined when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** The text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
}

export interface Substituted {
  readonly value: unknown;
  readonly troubles: readonly {
    readonly keys: readonly PropertyKey[];
    readonly offset: number;
    readonly message: string;
  }[];
  /** True when the text at `keys` held a substitution. */
  readonly holds: (keys: readonly PropertyKey[]) => boolean;
}

const REFERENCE = /\$\$\{|\$\{([^{}]*)(\}?)/g;
const ENV = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const FILE = /^file:(.+)$/s;

/**
 * Replaces `${env:NAME}`, `${env:NAME:-default}` (when unset or empty) and `${file:PATH}` (without the line break at its
 * end) in every text of `value`; `$${` stands for `${`. What comes in is never looked at again: it cannot refer to
 * anything, and it cannot become YAML. A text with a trouble stays as it is.
 * @param folder what a relative PATH is relative to
 */
export function substitute(value: unknown, folder: string, surroundings: Surroundings): Substituted {
  const troubles: { keys: readonly PropertyKey[]; offset: number; message: string }[] = [];
  const touched = new Set<string>();

  const visit = (node: unknown, keys: readonly PropertyKey[]): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...keys, index]));
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item, [...keys, key])]));
    }
    return typeof node === 'string' ? visitText(node, keys) : node;
  };

  const visitText = (text: string, keys: readonly PropertyKey[]): string => {
    let failed = false;
    const replaced = text.replace(REFERENCE, (found, name: string | undefined, end: string, offset: number) => {
      if (name === undefined) return '${';
      touched.add(identify(keys));
      const looked =
        end === ''
          ? { message: `${found} has no closing }, or braces stand inside` }
          : lookUp(name, folder, surroundings);
      if ('value' in looked) return looked.value;
      failed = true;
      troubles.push({ keys, offset, message: looked.message });
      return found;
    });
    return failed ? text : replaced;
  };

  return { value: visit(value, []), troubles, holds: (keys) => touched.has(identify(keys)) };
}

function identify(keys: readonly PropertyKey[]): string {
  return JSON.stringify(keys.map(String));
}

type Looked = { readonly value: string } | { readonly message: string };

function lookUp(reference: string, folder: string, surroundings: Surroundings): Looked {
  const [, variable, fallback] = ENV.exec(reference) ?? [];
  if (variable !== undefined) return lookUpVariable(variable, fallback, surroundings);
  const [, path] = FILE.exec(reference) ?? [];
  if (path !== undefined) return lookUpFile(path, folder, surroundings);
  const known = `\${env:NAME}, \${env:NAME:-default} or \${file:PATH}`;
  return { message: `found "\${${reference}}": expected ${known}; a literal \${ is written $\${` };
}

function lookUpVariable(name: string, fallback: string | undefined, { env }: Surroundings): Looked {
  const value = env(name);
  if (fallback !== undefined) return { value: value === undefined || value === '' ? fallback : value };
  if (value !== undefined) return { value };
  return {
    message: `the environment variable ${name} is not set; set it, or give a default: \${env:${name}:-default}`,
  };
}

function lookUpFile(path: string, folder: string, { readFile }: Surroundings): Looked {
  const absolute = isAbsolute(path) ? path : resolve(folder, path);
  try {
    return { value: readFile(absolute).replace(/\r?\n$/, '') };
  } catch (error) {
    return {
      message: `the file ${absolute} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
