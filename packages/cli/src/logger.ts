import type { Logger } from '@hourmill/core';
import { destination, pino } from 'pino';

/**
 * JSON lines on stderr. `HOURMILL_LOG` sets the level: trace, debug, info, warn, error or silent; default warn.
 * @param fields stand in every line
 */
export function createLogger(fields: Readonly<Record<string, unknown>>): Logger {
  const level = process.env.HOURMILL_LOG ?? 'warn';
  return pino({ level: level in LEVELS ? level : 'warn' }, destination({ fd: 2, sync: true })).child(fields);
}

const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, silent: 60 };
