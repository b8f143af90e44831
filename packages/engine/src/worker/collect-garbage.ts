import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects this thread's garbage now. Memory of WebAssembly and shared memory that nobody uses any more is given back only
 * then; V8 frees what a collection found on another thread, and a large piece only while the next ones run.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
