import { NO_GAPS, type RunReport } from '@hourmill/core';
import { offsetsLine } from './kafka-account.ts';
import { overridesText } from './overrides-text.ts';
import { group } from './table.ts';

/** What a run did, in a few lines for people. */
export function runSummary(report: RunReport): string {
  const { counts } = report;
  const lines = [
    `${report.pipeline} ${report.hour.slice(0, 16)}Z: ${report.state}${report.unchanged ? `, nothing to do (${report.reason})` : ''}`,
    ...(report.ranges === undefined ? [] : [`  ${offsetsLine(report.ranges, counts.read, report.gaps ?? NO_GAPS)}`]),
    `  read ${group(counts.read)} = kept ${group(counts.kept)} + duplicate ${group(counts.duplicate)} + filtered ${group(counts.filtered)}` +
      ` + stray ${group(counts.stray)} + rejected ${group(counts.rejected)}`,
    `  ${group(report.groups)} groups in ${report.parts.length} part(s)`,
  ];
  for (const [reason, count] of Object.entries(report.rejects.reasons))
    lines.push(`  rejected ${reason}: ${group(count)}`);
  if (report.rejects.path !== null) lines.push(`  rejects: ${report.rejects.path}`);
  if (report.druid !== null) {
    const sums = Object.entries(report.druid.sums).map(([name, sum]) => `${name} ${sum}`);
    // Nothing was asked of Druid for an hour that was left alone.
    const serves = report.unchanged ? 'Druid served, when the hour was built,' : 'Druid serves';
    lines.push(
      `  ${serves} ${group(report.druid.rows)} rows from ${report.druid.segments} new segment(s): ${sums.join(', ')}`,
    );
  } else if (report.state === 'done' && counts.kept === 0) {
    lines.push('  nothing to index');
  }
  lines.push(...lateLines(report));
  for (const { source, reason } of report.losses ?? []) lines.push(`  without ${source}: ${reason}`);
  const { overrides: flags, overriddenBy: by, overrideReason: reason = null } = report;
  if (flags.length > 0 && !report.unchanged)
    lines.push(`  overridden: ${by === undefined ? flags.join(' ') : overridesText({ flags, reason, by })}`);
  return lines.join('\n');
}

/** What the hour is to other hours, and they to it. */
function lateLines({ generation = 0, late = {}, sidecars, lookbackGaps = [] }: RunReport): string[] {
  const kept = Object.entries(late).map(([hour, rows]) => `${group(rows)} for ${hour.slice(0, 16)}Z`);
  return [
    ...(generation === 0 ? [] : [`  generation ${generation}: late data was taken in`]),
    ...(kept.length === 0 ? [] : [`  late rows kept: ${kept.join(', ')}`]),
    ...(sidecars === undefined
      ? []
      : [`  ${group(sidecars.keys)} keys in ${group(sidecars.bytes)} bytes, ${sidecars.bytesPerKey} a key`]),
    ...lookbackGaps.map((hour) => `  without the keys of ${hour.slice(0, 16)}Z, which is not there`),
  ];
}
