import type { Comparison, FieldPath, Filter, Literal } from '@hourmill/pipeline';
import { JsonNumber, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { compareNumbers, compareUtf8 } from '../sort/compare.ts';
import { compareDecimals, parseDecimal } from '../values/decimal.ts';
import { fieldAt } from '../values/field.ts';
import { compileLike } from './like.ts';

/** SQL's three truth values. */
type Truth = boolean | null;

/**
 * Compiles a filter into a predicate over one event. Three-valued: only `true` lets the event pass. Never fails and never
 * rejects: a field of the wrong type makes its comparison null.
 */
export function compileFilter(filter: Filter): (event: JsonObject) => Truth {
  switch (filter.kind) {
    case 'and': {
      const [left, right] = [compileFilter(filter.left), compileFilter(filter.right)];
      return (event) => and(left(event), right(event));
    }
    case 'or': {
      const [left, right] = [compileFilter(filter.left), compileFilter(filter.right)];
      return (event) => or(left(event), right(event));
    }
    case 'not': {
      const operand = compileFilter(filter.operand);
      return (event) => not(operand(event));
    }
    case 'compare': {
      const order = orderTo(filter.literal);
      return onField(filter.field, (value) => holds(filter.operator, order(value)));
    }
    case 'in': {
      const orders = filter.literals.map(orderTo);
      return onField(filter.field, (value) => orders.map((order) => holds('=', order(value))).reduce(or, false));
    }
    case 'isNull':
      return onField(filter.field, (value) => value === null);
    case 'like': {
      const matches = compileLike(filter.pattern, filter.escape);
      return onField(filter.field, (value) => (typeof value === 'string' ? matches(value) : null));
    }
  }
}

function onField(field: FieldPath, test: (value: JsonValue) => Truth): (event: JsonObject) => Truth {
  return (event) => test(fieldAt(event, field));
}

function and(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

function or(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true;
  return a === null || b === null ? null : false;
}

function not(a: Truth): Truth {
  return a === null ? null : !a;
}

/** How a value compares with the literal: negative, zero or positive; null when it is of another JSON type. */
function orderTo(literal: Literal): (value: JsonValue) => number | null {
  switch (literal.kind) {
    case 'string':
      return (value) => (typeof value === 'string' ? compareUtf8(value, literal.value) : null);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? compareNumbers(Number(value), Number(literal.value)) : null);
    case 'number': {
      // No exponent in the literal has more digits than its text: a value's exponent that is cut lies beyond it by far.
      const maxExponentDigits = literal.text.length + 20;
      const wanted = parseDecimal(literal.text, maxExponentDigits);
      return (value) => {
        const decimal = value instanceof JsonNumber ? parseDecimal(value.text, maxExponentDigits) : null;
        return decimal === null || wanted === null ? null : compareDecimals(decimal, wanted);
      };
    }
  }
}

function holds(operator: Comparison, order: number | null): Truth {
  if (order === null) return null;
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}
