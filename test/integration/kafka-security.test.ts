import { rootCertificates } from 'node:tls';
import type { AclEntry } from 'kafkajs';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hourmill, Workplace } from '../../packages/cli/test/hourmill.ts';
import { TestBroker } from './kafka-broker.ts';
import { definitionOf, event, HOUR, HOUR_MS } from './kafka-hours.ts';

/** Who is let in, and what is said to who is not: the remedy by name, and no secret. */

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const TOPIC = 'guarded';
const SECRET = 'correct horse battery';

let broker: TestBroker;
let place: Workplace;

beforeAll(async () => {
  broker = await TestBroker.start();
  place = new Workplace();
  await broker.createTopic(TOPIC);
  await broker.produce(TOPIC, [{ value: event('a'), timestamp: String(HOUR_MS) }]);
  place.file('ca.pem', broker.server.ca);
  place.file('other-ca.pem', rootCertificates[0] ?? '');
});

afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
  place?.[Symbol.dispose]();
});

const TLS = `tls: { ca: "\${file:ca.pem}" }`;
const sasl = (mechanism: string, username = 'hourmill') =>
  `sasl: { mechanism: ${mechanism}, username: ${username}, password: "\${env:KAFKA_PASSWORD}" }`;
const ADMIN = { KAFKA_PASSWORD: 'admin-local' };
const CLIENT = { KAFKA_PASSWORD: 'hourmill-local' };

let runs = 0;

/** `run`, then `doctor`, on a definition with these keys of the source, each time with a store of its own. */
async function runAndDoctor(address: string, source: string, env: Readonly<Record<string, string>> = {}) {
  runs += 1;
  const pipeline = place.file(`${runs}.yaml`, definitionOf(address, TOPIC, { source }));
  const common = ['-p', pipeline, '--store', `file:${place.folder}/${runs}`];
  const run = await hourmill(['run', ...common, '--hour', HOUR], { env });
  const doctor = await hourmill(['doctor', '-p', pipeline], { env });
  for (const { stdout, stderr } of [run, doctor]) {
    for (const secret of Object.values(env)) expect(stdout + stderr).not.toContain(secret);
  }
  return { run, doctor };
}

async function allow(operation: number, resourceType = AclResourceTypes.TOPIC, resourceName = TOPIC): Promise<void> {
  const entry: AclEntry = {
    resourceType,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: 'User:hourmill',
    host: '*',
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  } as AclEntry;
  await broker.admin.createAcls({ acl: [entry] });
}

describe('TLS', () => {
  test("with the broker's certificate works", async () => {
    const { run, doctor } = await runAndDoctor(broker.server.brokers.ssl, TLS);
    expect(run).toMatchObject({ status: 0 });
    expect(doctor.stdout).not.toContain('FAIL');
    expect(doctor.status).toBe(0);
  });

  test.each([
    ['another certificate', `tls: { ca: "\${file:other-ca.pem}" }`],
    ['the certificates of Node.js', 'tls: {}'],
  ])('with %s: exit 5 and what to write into the definition', async (_, source) => {
    const { run, doctor } = await runAndDoctor(broker.server.brokers.ssl, source);
    expect(run.stderr).toMatch(/HM_INPUT_004/);
    expect(run.stderr).toMatch(/certificate/);
    expect(run.stderr).toContain('tls.ca');
    expect(run.status).toBe(5);
    expect(doctor.stdout).toMatch(/FAIL .*certificate/);
    expect(doctor.status).toBe(1);
  });
});

describe('SASL', () => {
  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
    '%s with the right password works, with TLS',
    async (mechanism) => {
      const { run } = await runAndDoctor(broker.server.brokers.saslSsl, `${TLS}, ${sasl(mechanism, 'admin')}`, ADMIN);
      expect(run).toMatchObject({ status: 0 });
    },
  );

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
    '%s with a wrong password: exit 5, who was refused, no secret',
    async (mechanism) => {
      const { saslPlaintext } = broker.server.brokers;
      const { run, doctor } = await runAndDoctor(saslPlaintext, sasl(mechanism), { KAFKA_PASSWORD: SECRET });
      expect(run.stderr).toMatch(/HM_INPUT_004/);
      expect(run.stderr).toMatch(/hourmill/);
      expect(run.stderr).toMatch(/password/);
      expect(run.status).toBe(5);
      expect(doctor.stdout).toMatch(/FAIL .*password/);
      expect(doctor.status).toBe(1);
    },
  );
});

test('ACLs that are missing are named one after the other, until the hour is built', async () => {
  const { saslPlaintext } = broker.server.brokers;
  const attempt = () => runAndDoctor(saslPlaintext, sasl('SCRAM-SHA-512'), CLIENT);
  const nothing = await attempt();
  expect(nothing.run.stderr).toMatch(new RegExp(`HM_INPUT_004.*Describe.*${TOPIC}`, 's'));
  expect(nothing.run.status).toBe(5);
  expect(nothing.doctor.stdout).toMatch(new RegExp(`FAIL .*Describe.*${TOPIC}`));
  expect(nothing.doctor.status).toBe(1);

  await allow(AclOperationTypes.DESCRIBE);
  const described = await attempt();
  expect(described.run.stderr).toMatch(new RegExp(`HM_INPUT_004.*Read.*${TOPIC}`, 's'));
  expect(described.run.status).toBe(5);
  expect(described.doctor.stdout).toMatch(new RegExp(`FAIL .*Read.*${TOPIC}`));

  await allow(AclOperationTypes.READ);
  const read = await attempt();
  expect(read.run).toMatchObject({ status: 0 });
  // Without DescribeConfigs an hour is built; doctor says what it cannot know.
  expect(read.doctor.stdout).toMatch(/DescribeConfigs/);
});
