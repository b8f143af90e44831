/**
 * The commands that work with a pipeline. They share nearly all of their code, so they are loaded as one: many small
 * files would cost more at start-up than they save.
 */
export { abandon } from './abandon.ts';
export { backfill } from './backfill.ts';
export { doctor } from './doctor.ts';
export { gc } from './gc.ts';
export { inspect } from './inspect.ts';
export { late } from './late.ts';
export { plan } from './plan.ts';
export { run } from './run.ts';
export { status } from './status.ts';
export { verify } from './verify.ts';
