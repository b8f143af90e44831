/**
 * Every error code, with its exit code (DESIGN.md section 7). The comments are the operator's manual:
 * what happened, and what to do about it.
 */
interface CodeFacts {
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 75;
  readonly retryable?: boolean;
}

const codes = {
  // ---- Definition and usage: nothing was read. Fix the named line and run again.
  /** The definition file cannot be read. Check the path given with `-p`. */
  HM_DEFINITION_001: { exit: 2 },
  /** The definition is not valid YAML; the message names line and column. */
  HM_DEFINITION_002: { exit: 2 },
  /** A key is unknown, missing or of the wrong type; the message names line, column, key and what was expected. */
  HM_DEFINITION_003: { exit: 2 },
  /** `${env:NAME}` or `${file:PATH}` names something that is not there. Set the variable or create the file. */
  HM_DEFINITION_004: { exit: 2 },
  /** The filter does not parse, or compares what cannot be compared; the message points into the expression. */
  HM_DEFINITION_005: { exit: 2 },
  /** A command line flag or argument is wrong. `hourmill COMMAND --help` lists them. */
  HM_USAGE_001: { exit: 2 },
  /** The hour is not a whole time chunk of the pipeline's segmentGranularity, or not a time at all. */
  HM_USAGE_002: { exit: 2 },

  // ---- Records that cannot be used. These are counted and kept in rejects.ndjson.gz; they never end a run by themselves.
  /** The record is not a JSON object: malformed JSON, or another kind of value. */
  HM_EVENT_001: { exit: 1 },
  /** The record is not valid UTF-8. */
  HM_EVENT_002: { exit: 1 },
  /** The record is longer than `limits.maxRecordBytes`. */
  HM_EVENT_003: { exit: 1 },
  /** A field that the definition uses has a type or value that its column cannot take (1.5 for a long, a list for a single value, 1e400). */
  HM_EVENT_004: { exit: 1 },
  /** An integer does not fit into 64 bits. */
  HM_EVENT_005: { exit: 1 },
  /** The time column is missing or null. */
  HM_EVENT_006: { exit: 1 },
  /** The time cannot be read in the definition's format, or lies outside the years 0000 to 9999. */
  HM_EVENT_007: { exit: 1 },
  /** A component of the deduplication key is missing or null. */
  HM_EVENT_008: { exit: 1 },
  /** A Kafka message has no value (a tombstone). `source.tombstones: skip` counts these as gaps instead. */
  HM_EVENT_009: { exit: 1 },

  // ---- Input: something that should be read is gone or not what was planned. Druid keeps what it had.
  /** A file, object, bucket or directory that the definition names does not exist, or a pattern matches nothing. */
  HM_INPUT_001: { exit: 5 },
  /** A file or object changed or vanished between the plan and the last byte read. Run again once its writer has finished. */
  HM_INPUT_002: { exit: 5 },
  /** A compressed file ends early or is damaged. Fetch it again from where it came. */
  HM_INPUT_003: { exit: 5 },
  /** Reading the input is not allowed (permissions, credentials). */
  HM_INPUT_004: { exit: 5 },
  /** The server of the input does not answer. Try again later. */
  HM_INPUT_005: { exit: 75, retryable: true },
  /**
   * Offsets of the hour are gone from Kafka, or may be: retention or DeleteRecords moved the start of the log. Read older hours
   * from where they were archived; `--accept-loss` builds the hour from what is left and records the hole.
   */
  HM_INPUT_006: { exit: 5 },
  /**
   * The log is not the one that was planned: the topic was deleted and made anew, or an unclean leader election cut it. Find out
   * what was lost, then run again with `--force`, which plans anew.
   */
  HM_INPUT_007: { exit: 5 },
  /**
   * A record batch of Kafka is damaged; the message names topic, partition and offset. Another replica may have it whole: move
   * the leader there. `--accept-loss` leaves the batch out and records the hole.
   */
  HM_INPUT_008: { exit: 5 },
  /** The topic holds messages of a format from before Kafka 0.11 (magic 0 or 1). Copy it with a newer client. */
  HM_INPUT_009: { exit: 5 },
  /** A transaction of the hour is still open. Run again once its producer has ended it, or `transaction.max.timeout.ms` has. */
  HM_INPUT_010: { exit: 75, retryable: true },
  /** The brokers speak no version of a request that we do: Kafka 3.0 or newer is needed. The message names both sides' versions. */
  HM_INPUT_011: { exit: 5 },

  // ---- Store: where parts, manifests and the ledger are written.
  /** The store does not answer or failed in passing. Try again later. */
  HM_STORE_001: { exit: 75, retryable: true },
  /** The store refuses us: wrong credentials, missing permission, missing bucket, read-only directory. */
  HM_STORE_002: { exit: 1 },
  /** An object that must be there is not. Somebody removed it by hand; rebuild the hour with `--force`. */
  HM_STORE_003: { exit: 1 },
  /** The disk under the store is full. */
  HM_STORE_004: { exit: 8 },
  /** The store lets two writers win an exclusive create, so no ledger can live there. See `hourmill doctor`. */
  HM_STORE_005: { exit: 1 },

  // ---- Ledger
  /** Another run owns the hour; its lease is named. Wait for it; if its machine is gone the lease runs out by itself. */
  HM_LEDGER_001: { exit: 4 },
  /** Another run wrote the hour's next entry first: it won, this run published nothing after that. */
  HM_LEDGER_002: { exit: 4 },
  /** A ledger entry is damaged: its hash chain, number or version does not fit. Nothing is built on it. */
  HM_LEDGER_003: { exit: 1 },
  /** A manifest is damaged or is not the one that the ledger named (sha256 differs). */
  HM_LEDGER_004: { exit: 1 },
  /** The file was written by a newer Hourmill. Upgrade this one. */
  HM_LEDGER_005: { exit: 1 },

  // ---- Stage 1
  /** A `longSum` left the range of 64 bits. Nothing was published; sum smaller units or use a `doubleSum`. */
  HM_ENGINE_001: { exit: 1 },
  /** A `doubleSum` left the range of a double. */
  HM_ENGINE_002: { exit: 1 },
  /**
   * A worker thread died twice (killed, or a bug of ours); the message names the split that it was reading. Nothing was
   * published. Look for the system's out-of-memory killer; `--workers 1` runs without threads.
   */
  HM_ENGINE_003: { exit: 1 },
  /** A temporary file could not be made, written or read; the message names the folder. The variable TMPDIR chooses another one. */
  HM_ENGINE_004: { exit: 1 },

  // ---- Limits of the definition
  /** The run needs more memory than `limits.memory`, or more groups for one time than the engine can hold (2^24 in the reference engine). */
  HM_LIMIT_001: { exit: 8 },
  /** The run took longer than `limits.runtime`. */
  HM_LIMIT_002: { exit: 8 },
  /** Rejected records take more than `limits.maxRejectedBytes`: this is not the data that the definition describes. */
  HM_LIMIT_003: { exit: 8 },
  /**
   * The run spills more to disk than `limits.disk`, or the disk of the temporary folder is full. More memory spills less; the
   * variable TMPDIR chooses another folder.
   */
  HM_LIMIT_004: { exit: 8 },

  /** The rows that are kept for earlier hours take more than `limits.maxLateBytes`. Is `schedule.lateness` longer than it must be? */
  HM_LIMIT_005: { exit: 8 },

  // ---- Guards: the result is worse than what is there, so it was not published.
  /** No event was kept, but Druid serves events for this hour. `--allow-empty` publishes it anyway. */
  HM_GUARD_001: { exit: 7 },
  /** The hour shrank by more than `guards.maxShrinkRatio`. `--allow-shrink` publishes it anyway. */
  HM_GUARD_002: { exit: 7 },
  /** More records were rejected than `guards.maxRejectedRatio` allows. See rejects.ndjson.gz; `--allow-rejects` publishes it anyway. */
  HM_GUARD_003: { exit: 7 },

  // ---- Druid
  /** Druid does not answer. It keeps what it had; run again later: what was committed by then is not built again. */
  HM_DRUID_001: { exit: 75, retryable: true },
  /** Druid refused the task or a query; its own words are in the message. */
  HM_DRUID_002: { exit: 6 },
  /** The index task failed; its own error is in the message. */
  HM_DRUID_003: { exit: 6 },
  /** The index task did not end before its deadline. It was left running; the next run attaches to it. */
  HM_DRUID_004: { exit: 6 },
  /** The task's report does not account for every row of the parts. */
  HM_DRUID_005: { exit: 6 },
  /** The new segments were not served before the deadline. `hourmill run` again verifies again. */
  HM_DRUID_006: { exit: 6 },
  /** Druid's sums differ from the manifest's. */
  HM_DRUID_007: { exit: 6 },
  /**
   * The task's segments are no longer what is published: another writer replaced or removed them. Look for other writers
   * of the data source; the next run builds the hour anew.
   */
  HM_DRUID_008: { exit: 6 },

  // ---- Runs
  /** The hour is not due yet: its end plus `window.after` and `schedule.delay` lies ahead. */
  HM_RUN_001: { exit: 75 },
  /** Stopped by a signal. The command exits with 130 or 143. */
  HM_RUN_002: { exit: 1 },
  /** Some hours of several failed; each has its own error. */
  HM_RUN_003: { exit: 3 },
  /** There is no such hour in the ledger. */
  HM_RUN_004: { exit: 1 },
  /** Anything else: please report it with the log. */
  HM_RUN_005: { exit: 1 },

  /** An hour within `deduplicate.lookback` is not there yet, or without fingerprints. Build it first; `missing: gap` goes on without it. */
  HM_RUN_006: { exit: 75 },
  /** `hourmill verify` found a break in the chain from source to Druid; each is printed with what does not fit. */
  HM_RUN_007: { exit: 6 },
  /** Late data waits for an hour, cannot be merged into it, and its input is gone, so it cannot be built again either. Nothing was changed. */
  HM_RUN_008: { exit: 5 },

  // ---- Local servers (hourmill stack)
  /** A tool that the local servers need (Java 17, Maven, Go, Docker) is not installed. */
  HM_STACK_001: { exit: 1 },
  /** A local server did not start; the message shows the last lines of its log. */
  HM_STACK_002: { exit: 1 },
  /** The local servers are up already, or a port is taken. */
  HM_STACK_003: { exit: 1 },
  /** Building a local server, or preparing its folder, failed; the message names the log. */
  HM_STACK_004: { exit: 1 },
  /** `hourmill stack produce`: the Kafka broker does not answer or refused the messages; its own words are in the message. */
  HM_STACK_005: { exit: 1 },
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof codes;
export const ERROR_CODES: Readonly<Record<ErrorCode, CodeFacts>> = codes;

/** The codes that a rejected record can carry. */
export type RejectReason = Extract<ErrorCode, `HM_EVENT_${string}`>;
