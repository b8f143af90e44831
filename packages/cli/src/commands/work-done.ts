import { isoMillis } from '@hourmill/core';
import { type HourOwner, reportedError, type WorkDone, type WorkOutcome } from '@hourmill/runner';
import { printJson } from '../output/json.ts';
import { table } from '../output/table.ts';
import { reportColumns } from './outcomes.ts';

/**
 * Prints what `run --due` and `backfill` found and did: a table, or with `json` `{version, untouched, hours}`, an hour being its report
 * (or `{hour}` where there is none) with `need: {kind, reason}`, `outcome`, and where they apply `error` and `ownedBy`.
 */
export function printWork({ hours, untouched }: WorkDone, json: boolean): void {
  if (json) printJson({ version: 1, untouched, hours: hours.map(toJson) });
  else
    process.stdout.write(`${[...(hours.length === 0 ? [] : [workTable(hours)]), tail(hours, untouched)].join('\n')}\n`);
}

function toJson({ chunk, work, outcome, report, error, owner }: WorkOutcome): object {
  return {
    ...(report ?? { hour: isoMillis(chunk.startMs) }),
    need: work,
    outcome,
    ...(outcome === 'failed' ? { error: reportedError(error) } : {}),
    ...(owner === null ? {} : { ownedBy: owner }),
  };
}

function workTable(hours: readonly WorkOutcome[]): string {
  const columns = reportColumns(hours.flatMap(({ report }) => report ?? []));
  return table(
    ['hour', 'state', ...columns.map(({ title }) => title), 'need'],
    hours.map((hour) => [
      isoMillis(hour.chunk.startMs).slice(0, 16),
      stateText(hour),
      ...columns.map(({ cell }) => (hour.report === null ? null : cell(hour.report))),
      hour.work === null ? null : `${hour.work.kind}: ${hour.work.reason}`,
    ]),
  );
}

function stateText({ outcome, report, error, owner }: WorkOutcome): string {
  switch (outcome) {
    case 'failed':
      return reportedError(error).code;
    case 'owned':
      return owner === null ? 'owned' : ownerText(owner);
    case 'unchanged':
      return `${report?.state} before`;
    case 'built':
      return report?.state ?? 'built';
  }
}

function ownerText({ owner, until }: HourOwner): string {
  return `owned by ${owner}${until === null ? '' : ` until ${until.slice(0, 19)}Z`}`;
}

function tail(hours: readonly WorkOutcome[], untouched: number): string {
  const others = `${untouched} other hour(s) left alone`;
  return hours.length === 0 ? `no hour to build; ${others}` : others;
}
