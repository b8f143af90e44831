import { HourmillError, systemClock, type TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';
import { type HourVerification, verifyHour } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { table } from '../output/table.ts';
import { hourOf, hoursOf } from './hours.ts';

interface VerifyOptions extends PipelineOptions {
  readonly hour?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `hourmill verify`: compares the sums in Druid with the manifests of done hours. Exit 6 when any differs. */
export async function verify(options: VerifyOptions, signal: AbortSignal): Promise<void> {
  await using context = await openPipeline(options);
  const verifications: HourVerification[] = [];
  for (const chunk of chunksOf(options, context.loaded.definition.rollup)) {
    verifications.push(await verifyHour(context, chunk, signal));
  }
  if (options.json) printJson({ version: 1, hours: verifications });
  else process.stdout.write(`${verificationTable(verifications, context.loaded.program.countMetric)}\n`);
  const different = verifications.filter(({ matches }) => !matches);
  if (different.length === 0) return;
  throw new HourmillError(
    'HM_DRUID_007',
    different.map(({ hour, differences }) => `${hour}: ${differences.join(', ')}`).join('; ') +
      '; hourmill run --force builds and publishes an hour again',
  );
}

function chunksOf({ hour, from, to }: VerifyOptions, rollup: Definition['rollup']): TimeChunk[] {
  if (hour !== undefined && from === undefined && to === undefined) return [hourOf(hour, rollup, systemClock.now())];
  if (hour === undefined && from !== undefined && to !== undefined) return hoursOf(from, to, rollup);
  throw new HourmillError('HM_USAGE_001', 'verify takes either --hour, or --from and --to');
}

function verificationTable(verifications: readonly HourVerification[], countMetric: string): string {
  return table(
    ['hour', 'events built', 'events in Druid', 'sums'],
    verifications.map(({ hour, expected, served, matches }) => [
      hour.slice(0, 16),
      BigInt(expected[countMetric] ?? 0),
      BigInt(served[countMetric] ?? 0),
      matches ? 'equal' : 'DIFFERENT',
    ]),
  );
}
