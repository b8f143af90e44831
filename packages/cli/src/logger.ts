import type { Logger } from '@hourmill/core';

type LogFields = Readonly<Record<string, unknown>>;

/**
 * JSON lines on stderr. `HOURMILL_LOG` sets the level: trace, debug, info, warn, error or silent; default warn.
 * @param fields stand in every line
 */
export function createLogger(fields: LogFields): Logger {
  const line = (level: Level) => (more: LogFields, message: string) => {
    if (LEVELS[level] >= LEVELS[wantedLevel()]) write(level, { ...fields, ...more }, message);
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (more) => createLogger({ ...fields, ...more }),
  };
}

const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, silent: 60 };
type Level = 'debug' | 'info' | 'warn' | 'error';

function wantedLevel(): keyof typeof LEVELS {
  const level = process.env.HOURMILL_LOG ?? 'warn';
  return level in LEVELS ? (level as keyof typeof LEVELS) : 'warn';
}

/** Most runs have nothing to say, so the library is loaded with the first line. */
let library: Promise<Pick<Logger, Level>> | undefined;

function write(level: Level, fields: LogFields, message: string): void {
  // Its names are properties of the default export once it is bundled.
  library ??= import('pino').then(({ default: pino }) =>
    pino({ level: 'trace' }, pino.destination({ fd: 2, sync: true })),
  );
  void library.then((logger) => logger[level](fields, message));
}
