// What the clients of Kafka in JavaScript share. Plain JavaScript, so that they start as their users' programs do.
//   node NAME-consumer.mjs JOB.json MODULES
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [jobFile, modules] = process.argv.slice(2);

/** `Kafka` of job.py. */
export const { brokers, topic, ends } = JSON.parse(readFileSync(jobFile, 'utf8')).kafka;

/** A group that nobody had: it begins where the topic does. */
export const groupId = `bench-${randomUUID()}`;

/** A client that has all waits no longer than this for more. */
export const MAX_WAIT_MS = 100;

/** From the benchmark's own packages, which are no dependencies of this repository. */
export const load = createRequire(join(modules, 'none.js'));

/** The answer of a peer that has taken all. It ends at once: to leave a group, and to wait for the last request, is not timed. */
export function finish(name, { messages, bytes }) {
  const { version } = JSON.parse(readFileSync(join(modules, 'node_modules', name, 'package.json'), 'utf8'));
  process.stdout.write(`${JSON.stringify({ version, messages, bytes })}\n`, () => process.exit(0));
}
