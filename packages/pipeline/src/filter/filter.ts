import type { FieldPath } from '../program.ts';

/** A number of the filter as written; `text` follows the grammar of JSON numbers. Compared exactly, never as a rounded double. */
export interface NumberLiteral {
  readonly kind: 'number';
  readonly text: string;
}

export type Literal =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | NumberLiteral;

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A filter over one record, three-valued as in SQL: true, false or null. A record passes when it is true.
 * A field that is missing, null, or of another JSON type than the literal makes a comparison null.
 * Strings compare by UTF-8 bytes; false < true.
 */
export type Filter =
  | { readonly kind: 'and'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'compare'; readonly field: FieldPath; readonly operator: Comparison; readonly literal: Literal }
  /** `field in (…)`: true when equal to one, else null when any comparison is null, else false. */
  | { readonly kind: 'in'; readonly field: FieldPath; readonly literals: readonly Literal[] }
  /** True or false, never null: missing and JSON null are null; an object or a list is not. */
  | { readonly kind: 'isNull'; readonly field: FieldPath }
  /** Case-sensitive, by code point: `%` any run, `_` any one, `escape` makes the next character plain. Null unless a string. */
  | { readonly kind: 'like'; readonly field: FieldPath; readonly pattern: string; readonly escape: string | null };
