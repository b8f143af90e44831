import type * as z from 'zod';

interface Columns {
  readonly dimensions: readonly { readonly name: string }[];
  readonly metrics: readonly { readonly name: string; readonly type: string }[];
}

/** The name of the count metric that a definition without one gets. */
export const DEFAULT_COUNT = 'count';

/** No two columns of one name, at most one count metric, and room for the one that is added. */
export function checkColumns(columns: Columns, context: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const list of ['dimensions', 'metrics'] as const) {
    for (const [index, { name }] of columns[list].entries()) {
      const earlier = seen.get(name);
      if (earlier === undefined) seen.set(name, `${list}[${index}]`);
      else report(context, [list, index, 'name'], `${earlier} has this name too; expected another name`);
    }
  }
  checkCount(columns, seen, context);
}

function checkCount(columns: Columns, seen: ReadonlyMap<string, string>, context: z.RefinementCtx): void {
  const [first, ...others] = [...columns.metrics.entries()].filter(([, { type }]) => type === 'count');
  for (const [index] of others) {
    report(
      context,
      ['metrics', index, 'type'],
      `metrics[${first?.[0]}] is the count metric already; expected only one`,
    );
  }
  const taken = first === undefined ? seen.get(DEFAULT_COUNT) : undefined;
  if (taken === undefined) return;
  const message = `a metric of type count is needed, and "${DEFAULT_COUNT}", the name that it would get, is taken by ${taken}; expected one such as { name: events, type: count }`;
  report(context, ['metrics'], message);
}

function report(context: z.RefinementCtx, path: (string | number)[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}
