/**
 * Calls `step`, which gives a promise instead of its result when it has to wait, until it gives the result. Nothing is
 * asynchronous as long as there is nothing to wait for.
 */
export function untilReady<T extends object | number>(step: () => T | Promise<void>): T | Promise<T> {
  const answer = step();
  return answer instanceof Promise ? afterwards(answer, step) : answer;
}

async function afterwards<T extends object | number>(ready: Promise<void>, step: () => T | Promise<void>): Promise<T> {
  for (let waiting = ready; ; ) {
    await waiting;
    const answer = step();
    if (!(answer instanceof Promise)) return answer;
    waiting = answer;
  }
}
