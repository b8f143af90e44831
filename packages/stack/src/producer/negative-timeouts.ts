const MUTED = 'TimeoutNegativeWarning';

/** kafkajs 2.2.4 sets timers for times that have passed, of which Node 24 warns. Disposing lets Node warn again. */
export function muteNegativeTimeouts(): Disposable {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (typeOf(rest[0]) !== MUTED) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  return {
    [Symbol.dispose]: () => {
      process.emitWarning = emitWarning;
    },
  };
}

/** The second argument of `process.emitWarning` is the type, or options that hold it. */
function typeOf(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'type' in argument ? argument.type : argument;
}
