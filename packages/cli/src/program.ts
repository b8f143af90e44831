import { HOURMILL_VERSION } from '@hourmill/core';
import type { ProduceCodec } from '@hourmill/stack';
import { Command, Option } from 'commander';
import { startEngine } from './start-engine.ts';

const EXIT_CODES = `

Exit codes:
  0 done or nothing to do      1 failed                     2 usage or definition
  3 some hours failed          4 another run owns the hour  5 input missing or changed
  6 Druid failed or differs    7 a guard refused            8 over a limit
  75 temporary or too early    130/143 stopped by a signal`;

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] satisfies ProduceCodec[];

const TOUR = `
Examples:
  hourmill plan -p pipelines/wikiticker.yaml --hour 2015-09-12T10
  hourmill run  -p pipelines/wikiticker.yaml --hour 2015-09-12T10
  hourmill backfill -p pipelines/wikiticker.yaml --from 2015-09-12 --to 2015-09-13
  hourmill stack up druid s3`;

/** The whole command line. Each command's code is loaded only when it runs, because start-up time is part of a run. */
export function buildProgram(signal: AbortSignal): Command {
  const program = new Command('hourmill')
    .description('Builds exact hours of raw events in Apache Druid: deduplicated, rolled up, indexed, verified.')
    .version(HOURMILL_VERSION)
    .exitOverride()
    .showHelpAfterError('(hourmill COMMAND --help lists what it takes)')
    .addHelpText('after', TOUR + EXIT_CODES);

  onePipeline(program, 'plan', 'show what a run of an hour would read, write and replace; touches nothing')
    .requiredOption('--hour <time>', 'start of the hour, UTC, such as 2026-11-22T10, or "previous"')
    .option('--accept-loss', 'plan with what is there although input is missing')
    .option('--same-input', "plan with what the hour's last manifest names, the same offsets or objects")
    .action(async (options) => (await pipelineCommands()).plan(options, signal));

  runFlags(onePipeline(program, 'run', 'build one hour, or every due one: stage 1, commit, Druid, verification'))
    .option('--hour <time>', 'start of the hour, UTC, such as 2026-11-22T10, or "previous"')
    .option('--due', 'every hour that came due within the horizon and needs a run, oldest first')
    .option(
      '--horizon <duration>',
      'how far back --due looks (default: P1D, or schedule.lateness where that is longer)',
    )
    .option('--parallel <n>', 'with --due: hours to build at the same time', '1')
    .action(async (options) => {
      const headStart = options.hour === undefined ? undefined : startEngine(options);
      await (await pipelineCommands()).run({ ...options, headStart }, signal);
    });

  runFlags(
    onePipeline(program, 'backfill', 'find the hours of a range that need a run, and run them; all with --force'),
  )
    .requiredOption('--from <time>', 'start of the first hour, UTC')
    .requiredOption('--to <time>', 'end of the last hour, UTC (not included)')
    .addOption(filterOption('--only-failed', 'only hours that failed or stopped half way'))
    .addOption(filterOption('--only-late', 'only hours for which late data waits'))
    .addOption(filterOption('--missing', 'only hours that were never built'))
    .addOption(filterOption('--outdated', 'only hours of an older definition, or with changed hours in the lookback'))
    .option('--parallel <n>', 'hours to build at the same time', '1')
    .action(async (options) => (await pipelineCommands()).backfill(options, signal));

  onePipeline(program, 'status', 'list hours with their last state in the ledger')
    .option('--from <time>', 'start of the first hour, UTC (default: a day before --to)')
    .option('--to <time>', 'end of the last hour, UTC (default: now)')
    .action(async (options) => (await pipelineCommands()).status(options, signal));

  onePipeline(
    program,
    'late',
    'list hours for which late rows, new or changed objects wait, and what is done about them',
  )
    .option('--from <time>', 'start of the first hour, UTC (default: as far back as run --due looks)')
    .option('--to <time>', 'end of the last hour, UTC, not included (default: now)')
    .action(async (options) => (await pipelineCommands()).late(options, signal));

  onePipeline(
    program,
    'verify',
    'recompute the chain of each hour: source ranges, counts, files, how hours fit together, what Druid serves',
  )
    .option('--hour <time>', 'one hour, UTC')
    .option('--from <time>', 'start of the first hour, UTC')
    .option('--to <time>', 'end of the last hour, UTC (not included)')
    .option('--no-druid', 'leave Druid out')
    .action(async (options) => (await pipelineCommands()).verify(options, signal));

  onePipeline(program, 'inspect', 'show the ledger, manifest and rejects of one hour')
    .requiredOption('--hour <time>', 'start of the hour, UTC')
    .option('--rejects <n>', 'how many rejected records to show', '5')
    .action(async (options) => (await pipelineCommands()).inspect(options, signal));

  onePipeline(
    program,
    'abandon',
    'end a stuck hour, so that its run can commit nothing any more and the next one builds it anew',
  )
    .requiredOption('--hour <time>', 'start of the hour, UTC')
    .option('--reason <text>', 'why; stands in the ledger, with who did it (required)')
    .option('--force', 'also while the lease of its run stands')
    .action(async (options) => (await pipelineCommands()).abandon(options, signal));

  onePipeline(program, 'gc', 'show the files that no ledger entry names, older than a grace period')
    .option('--grace <duration>', "files written later than this ago, by the store's clock, are left alone", 'PT24H')
    .option('--delete', 'remove them')
    .action(async (options) => (await pipelineCommands()).gc(options, signal));

  onePipeline(program, 'doctor', 'check this machine, the definition, the input, the store and Druid').action(
    async (options) => (await pipelineCommands()).doctor(options, signal),
  );

  program
    .command('schema')
    .description('print the JSON Schema of pipeline definitions, for editors')
    .action(async () => (await import('./commands/schema.ts')).schema());

  stackCommands(program, signal);

  program
    .command('demo')
    .description('the 24 hours of a day of Wikipedia edits into a real Druid on this machine, verified by SQL')
    .option('--data <dir>', "folder of the demo's servers and results", '.hourmill/demo')
    .option('--kafka', 'produce the events into a real Kafka on this machine first, and read them from there')
    .action(async (options) => (await import('./demo/demo.ts')).demo(options, signal));

  return program;
}

function pipelineCommands(): Promise<typeof import('./commands/pipeline-commands.ts')> {
  return import('./commands/pipeline-commands.ts');
}

function onePipeline(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption('-p, --pipeline <file>', 'pipeline definition, YAML (required)')
    .option('--store <address>', 'overrides output.store: file:PATH or s3://BUCKET/PREFIX')
    .option('--json', 'print one JSON document on stdout');
}

/** The filters of `backfill`: one of them, and not with `--force`, which needs no reason to build an hour. */
function filterOption(flag: string, description: string): Option {
  const others = ['onlyFailed', 'onlyLate', 'missing', 'outdated', 'force'];
  const option = new Option(flag, description);
  return option.conflicts(others.filter((name) => name !== option.attributeName()));
}

function runFlags(command: Command): Command {
  return command
    .option('--force', 'rebuild even if nothing changed')
    .option('--no-index', 'stop after the manifest, leave Druid alone')
    .option('--allow-empty', 'publish an hour without events although Druid serves some; needs --reason')
    .option('--allow-shrink', 'publish an hour that is much smaller than what Druid serves; needs --reason')
    .option('--allow-rejects', 'publish an hour of which too many records were rejected; needs --reason')
    .option('--accept-loss', 'build from what is there although input is missing; needs --reason')
    .option('--reason <text>', 'why a guard is overridden; stands in ledger and report, with who did it')
    .option('--same-input', "read what the hour's last manifest names, the same offsets or objects")
    .option('--memory <size>', 'overrides limits.memory, such as 2GiB')
    .option('--disk <size>', 'overrides limits.disk, such as 50GiB')
    .option('--workers <n>', 'threads that build stage 1 (default: as many as the CPU quota allows)')
    .addOption(new Option('--progress <format>', 'progress on stderr as JSON lines').choices(['json']))
    .option('--lease <duration>', 'how long a run owns its hour without renewing', 'PT15M')
    .addOption(new Option('--engine <name>', 'who builds stage 1').choices(['local', 'reference']).default('local'));
}

function stackCommands(program: Command, signal: AbortSignal): void {
  const stack = program
    .command('stack')
    .description('real Druid, S3 and Kafka servers on this machine, for development');
  stack
    .command('up')
    .description('start servers and stay until Ctrl-C; builds them once (Java 17 and Maven, Go)')
    .argument('[services...]', 'druid, s3, kafka (default: all)')
    .option('--data <dir>', 'folder of all their data', '.hourmill/stack')
    .option('--detach', 'leave them running; `hourmill stack down` ends them')
    .option(
      '--port <name=number...>',
      'fixed ports (after the services), such as druid.broker=8082 s3=7070; others are free',
    )
    .option('--bucket <name...>', 'buckets to make on the S3 server')
    .option('--json', 'print addresses as JSON')
    .action(async (services, options) =>
      (await import('./commands/stack.ts')).stackUpCommand(services, options, signal),
    );
  stack
    .command('produce')
    .description('produce a file into a topic of Kafka, which is made if missing: one message a line')
    .argument('<file>', 'plain, .gz or .zst')
    .requiredOption('--topic <name>', 'the topic (required)')
    .option('--brokers <list>', 'HOST:PORT,... of plaintext listeners (default: the Kafka of `hourmill stack up`)')
    .option('--data <dir>', 'folder of the servers whose Kafka is meant', '.hourmill/stack')
    .option('--partitions <n>', 'of a topic that is made (default: 1)')
    .addOption(new Option('--codec <name>', 'how the broker compresses a topic that is made').choices(CODECS))
    .addOption(new Option('--idempotent', 'write what is sent again once').conflicts('transactional'))
    .option('--transactional', 'all messages in one transaction')
    .option(
      '--key <field>',
      'the field of the JSON object that is the key and chooses the partition (default: in turn)',
    )
    .option(
      '--timestamp <field>',
      'the field that is the time, ISO 8601 or milliseconds (default: the time of sending)',
    )
    .option('--json', 'print JSON')
    .action(async (file, options) =>
      (await import('./commands/stack-produce.ts')).stackProduceCommand(file, options, signal),
    );
  for (const [name, description] of [
    ['down', 'end the servers of a folder'],
    ['status', 'list the servers of a folder'],
  ] as const) {
    stack
      .command(name)
      .description(description)
      .option('--data <dir>', 'folder of all their data', '.hourmill/stack')
      .option('--json', 'print JSON')
      .action(async (options) => {
        const commands = await import('./commands/stack.ts');
        await (name === 'down' ? commands.stackDownCommand(options) : commands.stackStatusCommand(options));
      });
  }
}
