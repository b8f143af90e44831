import type { CaseResult, ContenderResult, LinearResult, RunNumbers, StartupResult } from './results.ts';
import { medianOf } from './statistics.ts';

/** Hourmill's own row in every case. */
export const OURS = 'hourmill';

const wall = (runs: readonly RunNumbers[]) => medianOf(runs, ({ wallS }) => wallS);
const cpu = (runs: readonly RunNumbers[]) => medianOf(runs, ({ cpuS }) => cpuS);
const rss = (runs: readonly RunNumbers[]) => medianOf(runs, ({ peakRssMib }) => peakRssMib);

/** One case: a row a contender. The factors say how many times as much as Hourmill's it is. */
export function caseTable(result: CaseResult): string {
  const { name, title, events, bytes, threads, contenders, differences } = result;
  const groups = contenders.find(({ digest }) => digest !== null)?.digest?.groups;
  const ours = contenders.find((contender) => contender.name === OURS)?.runs ?? [];
  const rows = contenders.map((contender) => {
    const { runs } = contender;
    return [
      contender.version === null ? contender.name : `${contender.name} ${contender.version}`,
      seconds(wall(runs)),
      seconds(Math.min(...runs.map(({ wallS }) => wallS))),
      seconds(cpu(runs)),
      whole((cpu(runs) / events) * 1e9),
      whole(rss(runs)),
      factor(wall(runs) / wall(ours)),
      factor(cpu(runs) / cpu(ours)),
      outcomeOf(contender),
    ];
  });
  const heading = `${grouped(events)} events, ${megabytes(bytes)}, ${groups === undefined ? 'no' : grouped(groups)} groups`;
  return [
    `### ${name}: ${title}\n\n${heading}; ${threads} threads.\n`,
    markdown(['', 'wall s', 'least', 'CPU s', 'CPU ns/event', 'peak RSS MiB', 'wall ×', 'CPU ×', ''], rows),
    ...differences.map((difference) => `\n**${difference}**`),
  ].join('\n');
}

function outcomeOf({ outcome, reason, digest, consumption }: ContenderResult): string {
  if (outcome !== 'done') return `${outcome}: ${(reason ?? '').replaceAll('|', '/').replaceAll('\n', ' ')}`;
  if (consumption !== null) return `takes ${grouped(consumption.messages)} messages and counts them, no more`;
  return digest === null ? '' : `${digest.codecs.join(' ')}, ${megabytes(digest.bytes)}`;
}

/** The last table: in each case, what the best peer needs for what Hourmill needs 1 of. */
export function summaryTable(cases: readonly CaseResult[]): string {
  const rows = cases.map(({ name, contenders, differences }) => {
    const ours = contenders.find((contender) => contender.name === OURS)?.runs ?? [];
    const peers = contenders.filter((contender) => !contender.name.startsWith(OURS) && contender.runs.length > 0);
    const best = (value: (runs: readonly RunNumbers[]) => number) => {
      const [first] = peers.toSorted((a, b) => value(a.runs) - value(b.runs));
      if (first === undefined || ours.length === 0) return ['-', '-', '-'];
      return [show(value(ours)), `${first.name} ${show(value(first.runs))}`, factor(value(first.runs) / value(ours))];
    };
    const done = contenders.filter(({ digest }) => digest !== null).length;
    const agreement = differences.length > 0 ? 'DIFFER' : done > 1 ? `${done} agree` : '';
    return [name, ...best(wall), ...best(cpu), ...best(rss), agreement];
  });
  const columns = (what: string) => [what, 'best peer', 'ratio'];
  return `### Ratios: best peer / hourmill, medians\n\n${markdown(
    ['case', ...columns('wall s'), ...columns('CPU s'), ...columns('RSS MiB'), 'results'],
    rows,
  )}`;
}

/** Where Hourmill's time goes by its own clock, in milliseconds. */
export function stepsTable(cases: readonly CaseResult[]): string {
  const rows = cases.flatMap(({ name, contenders }) => {
    const runs = contenders.find((contender) => contender.name === OURS)?.runs ?? [];
    return runs.length === 0 ? [] : [{ name, runs }];
  });
  return `### Hourmill's own clock, ms, medians\n\n${timings(rows)}`;
}

export function startupTable(results: readonly StartupResult[]): string {
  const rows = results.map(({ name, runs }) => [
    name,
    whole(wall(runs) * 1000),
    whole(Math.min(...runs.map(({ wallS }) => wallS)) * 1000),
    whole(cpu(runs) * 1000),
    whole(rss(runs)),
  ]);
  const table = markdown(['', 'wall ms', 'least', 'CPU ms', 'peak RSS MiB'], rows);
  return `### startup: ${results[0]?.runs.length ?? 0} runs\n\n${table}\n\n${timings(results)}`;
}

export function linearTable({ smallEvents, largeEvents, small, large, ratio, addedNs }: LinearResult): string {
  const row = (events: number, runs: readonly RunNumbers[]) => [
    grouped(events),
    seconds(wall(runs)),
    seconds(cpu(runs)),
    whole((cpu(runs) / events) * 1e9),
    whole(rss(runs)),
  ];
  const table = markdown(
    ['events', 'wall s', 'CPU s', 'CPU ns/event', 'peak RSS MiB'],
    [row(smallEvents, small), row(largeEvents, large)],
  );
  return `### linear: the same groups, ten times the events\n\n${table}\n\nCPU an event, large / small: ${factor(ratio)}. Each added event: ${whole(addedNs)} ns.`;
}

function timings(rows: readonly { readonly name: string; readonly runs: readonly RunNumbers[] }[]): string {
  const names = [...new Set(rows.flatMap(({ runs }) => runs.flatMap(({ timingsMs }) => Object.keys(timingsMs ?? {}))))];
  if (names.length === 0) return '';
  const timed = rows.filter(({ runs }) => runs.some(({ timingsMs }) => timingsMs !== null));
  return markdown(
    ['', ...names],
    timed.map(({ name, runs }) => [
      name,
      ...names.map((step) => show(medianOf(runs, ({ timingsMs }) => timingsMs?.[step] ?? Number.NaN))),
    ]),
  );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const show = (value: number) => (value >= 100 ? whole(value) : seconds(value));
const seconds = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : '-');
const whole = (value: number) => (Number.isFinite(value) ? value.toFixed(0) : '-');
const factor = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : '-');
const megabytes = (bytes: number) => `${grouped(Math.round(bytes / 1e5) / 10)} MB`;
const grouped = (value: number) => value.toLocaleString('en-US');
