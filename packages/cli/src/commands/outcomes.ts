import { isoMillis, offsetsOf, type RunReport } from '@hourmill/core';
import { type HourOutcome, reportedError } from '@hourmill/runner';
import { gapsText } from '../output/kafka-account.ts';
import { table } from '../output/table.ts';

type Cell = string | number | null;

/** What a table says of each report. */
export interface ReportColumn {
  readonly title: string;
  readonly cell: (report: RunReport) => Cell;
}

const OF_KAFKA: readonly ReportColumn[] = [
  { title: 'offsets', cell: ({ ranges }) => (ranges === undefined ? null : offsetsOf(ranges)) },
  { title: 'gaps', cell: ({ gaps }) => (gaps === undefined ? null : gapsText(gaps)) },
];

const COUNTS: readonly ReportColumn[] = [
  ...(['kept', 'duplicate', 'filtered', 'stray', 'rejected'] as const).map((title) => ({
    title,
    cell: ({ counts }: RunReport) => counts[title],
  })),
  { title: 'groups', cell: ({ groups }) => groups },
  { title: 'in Druid', cell: ({ druid }) => druid?.rows ?? null },
];

/** A line an hour: its state or its error, and the counts of those that did not fail. */
export function outcomeTable(outcomes: readonly HourOutcome[]): string {
  const columns = reportColumns(outcomes.flatMap(({ report }) => report ?? []));
  return table(
    ['hour', 'state', ...columns.map(({ title }) => title)],
    outcomes.map(({ chunk, report, error }) => [
      isoMillis(chunk.startMs).slice(0, 16),
      report === null ? reportedError(error).code : report.unchanged ? `${report.state} before` : report.state,
      ...columns.map(({ cell }) => (report === null ? null : cell(report))),
    ]),
  );
}

/** Columns that mean something for these reports. */
export function reportColumns(reports: readonly RunReport[]): readonly ReportColumn[] {
  const ofKafka = reports.some(({ ranges }) => ranges !== undefined);
  return [...(ofKafka ? OF_KAFKA : []), ...COUNTS];
}
