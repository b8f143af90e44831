import { collectGarbage, type GarbageReport } from '@hourmill/runner';
import { openPipeline, type PipelineOptions } from '../compose.ts';
import { printJson } from '../output/json.ts';
import { group, table } from '../output/table.ts';
import { parseDurationFlag } from '../overrides.ts';

interface GcOptions extends PipelineOptions {
  readonly grace: string;
  readonly delete?: boolean;
  readonly json?: boolean;
}

/** `hourmill gc`: lists what no ledger entry names; removes it with `--delete`. */
export async function gc(options: GcOptions, signal: AbortSignal): Promise<void> {
  const graceMs = parseDurationFlag('--grace', options.grace, 0);
  await using context = await openPipeline(options);
  const report = await collectGarbage(context, { graceMs, remove: options.delete ?? false, signal });
  if (options.json) printJson(report);
  else process.stdout.write(`${lines(report).join('\n')}\n`);
}

function lines({ store, pipeline, deleted, before, files, bytes, garbage, spared }: GarbageReport): string[] {
  const what = `${group(files)} file(s) of ${group(bytes)} bytes`;
  return [
    ...(garbage.length === 0 ? [] : [garbageTable(garbage)]),
    ...spared.map(({ path, files: kept, why }) => `left alone: ${path} (${group(kept)} file(s)): ${why}`),
    files === 0
      ? `nothing to remove: every file of ${pipeline} in ${store} from before ${before} is named by the ledger`
      : deleted
        ? `removed ${what}`
        : `would remove ${what}; --delete removes them`,
  ];
}

function garbageTable(garbage: GarbageReport['garbage']): string {
  return table(
    ['kind', 'path', 'files', 'bytes', 'newest', 'why'],
    garbage.map(({ kind, path, files, bytes, newest, why }) => [kind, path, files, bytes, newest, why]),
  );
}
