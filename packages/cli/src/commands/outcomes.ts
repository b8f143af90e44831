import { isoMillis, offsetsOf, type RunReport } from '@hourmill/core';
import { type HourOutcome, reportedError } from '@hourmill/runner';
import { printJson } from '../output/json.ts';
import { gapsText } from '../output/kafka-account.ts';
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

type Cell = string | number | null;

interface Column {
  readonly title: string;
  /** Of an hour that did not fail. */
  readonly cell: (report: RunReport) => Cell;
}

const OF_KAFKA: readonly Column[] = [
  { title: 'offsets', cell: ({ ranges }) => (ranges === undefined ? null : offsetsOf(ranges)) },
  { title: 'gaps', cell: ({ gaps }) => (gaps === undefined ? null : gapsText(gaps)) },
];

const COUNTS: readonly Column[] = [
  ...(['kept', 'duplicate', 'filtered', 'stray', 'rejected'] as const).map((title) => ({
    title,
    cell: ({ counts }: RunReport) => counts[title],
  })),
  { title: 'groups', cell: ({ groups }) => groups },
  { title: 'in Druid', cell: ({ druid }) => druid?.rows ?? null },
];

export function outcomeTable(outcomes: readonly HourOutcome[]): string {
  const ofKafka = outcomes.some(({ report }) => report?.ranges !== undefined);
  const columns = [...(ofKafka ? OF_KAFKA : []), ...COUNTS];
  return table(
    ['hour', 'state', ...columns.map(({ title }) => title)],
    outcomes.map(({ chunk, report, error }) => [
      isoMillis(chunk.startMs).slice(0, 16),
      report === null ? reportedError(error).code : report.unchanged ? `${report.state} before` : report.state,
      ...columns.map(({ cell }) => (report === null ? null : cell(report))),
    ]),
  );
}
