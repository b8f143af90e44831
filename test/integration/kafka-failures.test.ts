import { ERROR_CODES, HourmillError, type RunReport } from '@hourmill/core';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { hourmill, Workplace } from '../../packages/cli/test/hourmill.ts';
import { TestBroker } from './kafka-broker.ts';
import { definitionOf, event, HOUR, HOUR_MS, MINUTE_MS, TestHour } from './kafka-hours.ts';

/** What goes wrong with the input between the plan and the last record: either the same bytes come out, or none. */

let broker: TestBroker;

beforeAll(async () => {
  broker = await TestBroker.start();
});

afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
});

/** Records of the hour in order, each a minute dimension of its own. */
function messages(count: number, from = 0, pad = 50): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const timeMs = HOUR_MS + MINUTE_MS + from + index;
    return { value: event(`e${String(from + index).padStart(6, '0')}`, pad, timeMs), timestamp: String(timeMs) };
  });
}

async function filled(topic: string, batches: readonly (readonly Message[])[]): Promise<void> {
  await broker.createTopic(topic);
  for (const batch of batches) await broker.produce(topic, batch);
}

async function remake(topic: string, batches: readonly (readonly Message[])[]): Promise<void> {
  await broker.admin.deleteTopics({ topics: [topic] });
  await vi.waitFor(() => filled(topic, batches), { timeout: 20_000, interval: 200 });
}

/** What a run throws, and what the command would exit with. */
async function failureOf(run: Promise<RunReport>): Promise<HourmillError & { exit: number }> {
  const error = await run.then(
    () => expect.fail('the run went well'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof HourmillError)) throw error;
  return Object.assign(error, { exit: ERROR_CODES[error.code].exit });
}

const idsOf = async (hour: TestHour, report: RunReport) => (await hour.rows(report)).map(({ id }) => id);
const idsFrom = (from: number, end: number) =>
  messages(end - from, from).map(({ value }) => JSON.parse(String(value)).id);

test('a broker that is killed in the middle of the run and started again: the same bytes as undisturbed', async () => {
  const topic = 'killed';
  await broker.createTopic(topic, { partitions: 2 });
  const transactional = await broker.producer('killed-tx');
  for (let batch = 0; batch < 60; batch++) {
    const records = messages(50, batch * 50).map((message) => ({ ...message, partition: batch % 2 }));
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: records, acks: -1 });
    await (batch % 3 === 2 ? transaction.abort() : transaction.commit());
  }
  const definition = definitionOf(broker.address, topic);
  await using undisturbed = new TestHour(definition);
  const expected = await undisturbed.run();
  // The hour ends with its last record, before the last marker of each partition.
  expect(expected.gaps).toMatchObject({ control: 58, aborted: 1000 });

  await using hour = new TestHour(definition);
  const sets = new Int32Array(new SharedArrayBuffer(4));
  // At most three responses of 8 KiB are on their way, of about 45 of each partition.
  hour.disturb = { tuning: { maxBytes: 8192 }, kill: { group: broker.server.process.pid, afterSets: 20, sets } };
  let hasEnded = false;
  const running = hour.run().finally(() => {
    hasEnded = true;
  });
  const { signal } = await Promise.race([broker.server.exited, running.then(() => expect.fail('it was not killed'))]);
  expect(signal).toBe('SIGKILL');
  const setsAtTheKill = Atomics.load(sets, 0);
  expect(hasEnded).toBe(false);
  await broker.restart();
  const report = await running;
  expect(Atomics.load(sets, 0)).toBeGreaterThan(setsAtTheKill + 10);
  expect(report.parts.map(({ sha256 }) => sha256)).toEqual(expected.parts.map(({ sha256 }) => sha256));
  expect([report.counts, report.gaps, report.splits]).toEqual([expected.counts, expected.gaps, expected.splits]);
});

describe('offsets that are deleted between plan and read', () => {
  const batches = [messages(300), messages(300, 300), messages(300, 600)];

  test('refuse the hour, and nothing is submitted', async () => {
    await filled('deleted', batches);
    await using hour = new TestHour(definitionOf(broker.address, 'deleted'));
    hour.afterPlan = () => broker.deleteBefore('deleted', 450);
    const failure = await failureOf(hour.run());
    expect(failure).toMatchObject({ code: 'HM_INPUT_006', exit: 5 });
    expect(failure.message).toMatch(/topic deleted, partition 0.* 0 to 450 .*begins at 450.*--accept-loss/s);
    expect((await hour.history()).at(-1)).toMatchObject({ state: 'failed', error: { code: 'HM_INPUT_006' } });
    expect(hour.druid.submitted).toEqual([]);
  });

  test('with --accept-loss are a hole that manifest and ledger name', async () => {
    await filled('lost', batches);
    await using hour = new TestHour(definitionOf(broker.address, 'lost'));
    hour.afterPlan = () => broker.deleteBefore('lost', 450);
    const report = await hour.run({ acceptLoss: true });
    expect(await idsOf(hour, report)).toEqual(idsFrom(450, 900));
    const gaps = { control: 0, aborted: 0, compacted: 0, tombstone: 0, lost: 450 };
    expect(report).toMatchObject({ state: 'done', gaps, overrides: ['--accept-loss'], counts: { read: 450 } });
    expect((await hour.manifest()).result).toMatchObject({ gaps });
    expect((await hour.history()).at(-1)).toMatchObject({ state: 'done', report: { gaps } });
  });

  test('before the plan are refused as well, or accepted by name', async () => {
    await filled('gone', batches);
    await broker.deleteBefore('gone', 450);
    await using hour = new TestHour(definitionOf(broker.address, 'gone'));
    const failure = await failureOf(hour.run());
    expect(failure).toMatchObject({ code: 'HM_INPUT_006', exit: 5 });
    expect(failure.message).toMatch(/kafka:gone\/0.* 450/);
    const report = await hour.run({ acceptLoss: true });
    expect(await idsOf(hour, report)).toEqual(idsFrom(450, 900));
    const losses = [expect.objectContaining({ source: 'kafka:gone/0', code: 'HM_INPUT_006' })];
    expect(report).toMatchObject({ state: 'done', losses });
    expect((await hour.manifest()).plan).toMatchObject({ losses });
    expect((await hour.history()).at(-1)).toMatchObject({ report: { losses } });
  });

  test('by the command: exit 5, and the real Druid serves what it had', async () => {
    const { coordinator, broker: druid } = inject('druid');
    using place = new Workplace();
    await filled('kafka_deleted', batches);
    const more = `druid: { dataSource: kafka_deleted, coordinator: "${coordinator}", broker: "${druid}" }`;
    const pipeline = place.file('x.yaml', definitionOf(broker.address, 'kafka_deleted', { more }));
    const args = ['run', '-p', pipeline, '--hour', HOUR];
    const served = async (): Promise<unknown> => {
      const query = { query: `SELECT SUM(events) AS events FROM "kafka_deleted"`, context: { useCache: false } };
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${druid}/druid/v2/sql`, { method: 'POST', headers, body: JSON.stringify(query) })).json();
    };
    expect(await hourmill(args)).toMatchObject({ status: 0 });
    expect(await served()).toEqual([{ events: 900 }]);
    await broker.deleteBefore('kafka_deleted', 450);
    const refused = await hourmill([...args, '--force', '--same-input']);
    expect(refused.stderr).toMatch(/HM_INPUT_006.*topic kafka_deleted, partition 0/s);
    expect(refused.status).toBe(5);
    expect(await served()).toEqual([{ events: 900 }]);
  });
});

describe('a topic that is deleted and made anew between plan and read', () => {
  test('refuses the hour although the same offsets are there', async () => {
    const topic = 'remade';
    await filled(topic, [messages(100)]);
    await using hour = new TestHour(definitionOf(broker.address, topic));
    hour.afterPlan = () => remake(topic, [messages(100, 100)]);
    const failure = await failureOf(hour.run());
    expect(failure).toMatchObject({ code: 'HM_INPUT_007', exit: 5 });
    expect(failure.message).toMatch(/topic remade, partition 0.*made anew/s);
    expect(hour.druid.submitted).toEqual([]);
    hour.afterPlan = async () => {};
    expect(await idsOf(hour, await hour.run({ force: true }))).toEqual(idsFrom(100, 200));
  });

  test('is refused also when it is only deleted', async () => {
    await filled('vanished', [messages(100)]);
    await using hour = new TestHour(definitionOf(broker.address, 'vanished'));
    hour.afterPlan = () => broker.admin.deleteTopics({ topics: ['vanished'] });
    expect(await failureOf(hour.run())).toMatchObject({ code: 'HM_INPUT_007', exit: 5 });
    expect(hour.druid.submitted).toEqual([]);
  });
});

describe('an open transaction', () => {
  test('inside the hour is waited for until a deadline; once it is committed the run goes well', async () => {
    const topic = 'open-transaction';
    await filled(topic, [messages(100)]);
    const producer = await broker.producer('open-tx');
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: messages(10, 100), acks: -1 });
    await broker.produce(topic, messages(100, 110));
    const definition = definitionOf(broker.address, topic);
    await using hour = new TestHour(definition, { transactionDeadlineMs: 500 });
    const failure = await failureOf(hour.run());
    expect(failure).toMatchObject({ code: 'HM_INPUT_010', exit: 75 });
    expect(failure.message).toMatch(/open-transaction\/0.*offset 100|offset 100.*open-transaction\/0/s);
    // Who does not wait for committed records does not wait at all.
    await using uncommitted = new TestHour(
      definitionOf(broker.address, topic, { source: 'isolation: read_uncommitted' }),
    );
    expect(await idsOf(uncommitted, await uncommitted.run())).toEqual(idsFrom(0, 210));

    await using patient = new TestHour(definition, { transactionDeadlineMs: 20_000 });
    const running = patient.run();
    await transaction.commit();
    expect(await idsOf(patient, await running)).toEqual(idsFrom(0, 210));
    expect(await idsOf(hour, await hour.run())).toEqual(idsFrom(0, 210));
  });

  test('behind the hour holds nothing up', async () => {
    const topic = 'open-later';
    await filled(topic, [messages(100)]);
    const producer = await broker.producer('open-later-tx');
    const transaction = await producer.transaction();
    const timestamp = String(HOUR_MS + 80 * MINUTE_MS);
    await transaction.send({ topic, messages: [{ value: '{}', timestamp }], acks: -1 });
    await using hour = new TestHour(definitionOf(broker.address, topic), { transactionDeadlineMs: 500 });
    expect(await idsOf(hour, await hour.run())).toEqual(idsFrom(0, 100));
    await transaction.abort();
  });
});

test('an hour that is done is left alone while no broker answers', async () => {
  using place = new Workplace();
  await filled('done-before', [messages(100)]);
  const run = ['run', '-p', place.file('x.yaml', definitionOf(broker.address, 'done-before')), '--hour', HOUR];
  expect(await hourmill(run)).toMatchObject({ status: 0 });
  place.file('x.yaml', definitionOf('127.0.0.1:9', 'done-before'));
  const again = await hourmill([...run, '--json']);
  expect(again.status).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ unchanged: true, counts: { kept: 100 } });
});
