import { isoMillis } from '@hourmill/core';
import { type HourOutcome, reportedError } from '@hourmill/runner';
import { printJson } from '../output/json.ts';
import { table } from '../output/table.ts';

/** Prints the outcomes of several hours: a table, or with `json` `{version, hours: [report or {hour, error}]}`. */
export function printOutcomes(outcomes: readonly HourOutcome[], json: boolean): void {
  if (json) {
    const hours = outcomes.map(({ chunk, report, error }) =>
      report === null ? { hour: isoMillis(chunk.startMs), error: reportedError(error) } : report,
    );
    printJson({ version: 1, hours });
    return;
  }
  process.stdout.write(outcomes.length === 0 ? 'no hour to build\n' : `${outcomeTable(outcomes)}\n`);
}

export function outcomeTable(outcomes: readonly HourOutcome[]): string {
  return table(
    ['hour', 'state', 'kept', 'duplicate', 'filtered', 'stray', 'rejected', 'groups', 'in Druid'],
    outcomes.map(row),
  );
}

function row({ chunk, report, error }: HourOutcome): (string | number | null)[] {
  const hour = isoMillis(chunk.startMs).slice(0, 16);
  if (report === null) return [hour, `${reportedError(error).code}`, null, null, null, null, null, null, null];
  const { kept, duplicate, filtered, stray, rejected } = report.counts;
  const state = report.unchanged ? `${report.state} before` : report.state;
  return [hour, state, kept, duplicate, filtered, stray, rejected, report.groups, report.druid?.rows ?? null];
}
