import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMPOSE_PORTS } from '../src/compose.ts';
import { VERSITYGW_VERSION } from '../src/install-versitygw.ts';
import { LOCAL_KAFKA_USERS } from '../src/kafka-connection.ts';
import { kafkaSettings } from '../src/kafka-settings.ts';
import { LOCAL_S3_KEYS } from '../src/s3-connection.ts';
import { findWorkspace } from '../src/workspace.ts';

interface Service {
  image: string;
  profiles?: string[];
  command?: string[];
  ports?: string[];
  environment?: Record<string, string>;
  volumes?: unknown[];
  depends_on?: Record<string, unknown>;
}

const { root, druidProject, kafkaProject } = findWorkspace();
const file = join(root, 'docker-compose.yml');
const compose: { services: Record<string, Service>; volumes: Record<string, unknown> } = parse(
  readFileSync(file, 'utf8'),
  { merge: true },
);
const { services } = compose;
const druidServices = ['coordinator', 'broker', 'historical', 'middlemanager'];

function service(name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

/** The settings of a part of the local Druid. */
function localSettings(part: string): Map<string, string> {
  return settingsIn(join(druidProject, `src/main/resources/hourmill/druid/${part}.properties`));
}

function settingsIn(properties: string): Map<string, string> {
  const lines = readFileSync(properties, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function portsOf(listeners: string | undefined): string[] {
  return (listeners ?? '').split(',').map((listener) => listener.slice(listener.lastIndexOf(':') + 1));
}

describe('docker-compose.yml', () => {
  test('follows the Compose Specification', () => {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/compose-schema.json'), 'utf8'));
    const validate = new Ajv({ allErrors: true }).compile(schema);
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  const plugin = spawnSync('docker', ['compose', 'version']).status === 0;
  test.runIf(plugin)('is accepted by docker compose', () => {
    const { status, stderr } = spawnSync('docker', ['compose', '-f', file, 'config', '--quiet'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('names only services and volumes that it has', () => {
    for (const { depends_on = {}, volumes = [] } of Object.values(services)) {
      for (const name of Object.keys(depends_on)) expect(services).toHaveProperty(name);
      for (const volume of volumes.filter((one) => typeof one === 'string')) {
        expect(compose.volumes).toHaveProperty(volume.slice(0, volume.indexOf(':')));
      }
    }
  });

  test('publishes ports on 127.0.0.1 alone, those that composeUp tells its caller', () => {
    const published = Object.values(services).flatMap(({ ports = [], profiles }) => (profiles ? [] : ports));
    const told = Object.values(COMPOSE_PORTS).map((port) => `127.0.0.1:${port}:${port}`);
    expect(published.toSorted()).toEqual(told.toSorted());
  });

  test('publishes the listeners of Kafka on 127.0.0.1 alone, under the numbers that clients are told', () => {
    const settings = settingsIn(join(kafkaProject, 'container.properties'));
    const advertised = settings.get('advertised.listeners') ?? '';
    expect(advertised.split(',').every((listener) => listener.includes('://127.0.0.1:'))).toBe(true);
    expect(service('kafka').ports).toEqual(portsOf(advertised).map((port) => `127.0.0.1:${port}:${port}`));
    expect(portsOf(settings.get('listeners'))).toEqual(expect.arrayContaining(portsOf(advertised)));
  });

  test('starts Kafka only when asked for, which the demo does not', () => {
    expect(service('kafka').profiles).toEqual(['kafka']);
    expect(Object.entries(services).filter(([, { profiles }]) => profiles)).toHaveLength(1);
  });

  test('shows Druid the warehouse under the path that it has outside', () => {
    const path = '${' + 'HOURMILL_WAREHOUSE:-${' + 'PWD}/warehouse}';
    for (const name of druidServices) {
      expect(service(name).volumes).toContainEqual({ type: 'bind', source: path, target: path, read_only: true });
    }
  });
});

describe('docker-compose.yml and the local servers agree', () => {
  test('on the versions', () => {
    const pom = readFileSync(join(druidProject, 'pom.xml'), 'utf8');
    const druid = /<druid\.version>(.+)<\/druid\.version>/.exec(pom)?.[1];
    for (const name of druidServices) expect(service(name).image).toBe(`apache/druid:${druid}`);
    expect(service('s3').image).toBe(`versity/versitygw:${VERSITYGW_VERSION}`);
    const kafka = /<kafka\.version>(.+)<\/kafka\.version>/.exec(
      readFileSync(join(kafkaProject, 'pom.xml'), 'utf8'),
    )?.[1];
    expect(service('kafka').image).toBe(`apache/kafka:${kafka}`);
  });

  test.each(['coordinator', 'indexer', 'broker'])('on the settings of the %s', (part) => {
    // What differs by nature: names and ports of services, folders.
    const own = /^druid\.(service|plaintextPort|worker\.baseTaskDirs)$/;
    const shared = [...localSettings(part)].filter(([key]) => !own.test(key));
    expect(shared.length).toBeGreaterThan(1);
    const inContainers = shared.map(([key]) => [key, service('coordinator').environment?.[key.replaceAll('.', '_')]]);
    expect(Object.fromEntries(inContainers)).toEqual(Object.fromEntries(shared));
  });

  test('on the memory of tasks', () => {
    const environment = service('middlemanager').environment ?? {};
    const forked = Object.entries(environment).filter(([key]) => key.startsWith('druid_indexer_fork_property_'));
    expect(forked.length).toBeGreaterThan(2);
    for (const [key, value] of forked) {
      const name = key.slice('druid_indexer_fork_property_'.length).replaceAll('_', '.');
      expect([name, value]).toEqual([name, localSettings('common').get(name)]);
    }
  });

  test('on the S3 server, its region and its keys', () => {
    const { region, accessKeyId, secretAccessKey } = LOCAL_S3_KEYS;
    for (const name of druidServices) {
      expect(service(name).environment).toMatchObject({
        druid_s3_endpoint_url: `http://s3:${COMPOSE_PORTS.s3}`,
        druid_s3_endpoint_signingRegion: region,
        druid_s3_accessKey: accessKeyId,
        druid_s3_secretKey: secretAccessKey,
        druid_s3_enablePathStyleAccess: 'true',
      });
    }
    expect(service('s3').environment).toEqual({ ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey });
    expect(service('s3').command).toEqual(expect.arrayContaining(['--region', region, 'posix']));
  });

  test('on the extensions that our tasks use', () => {
    const loaded = JSON.parse(service('coordinator').environment?.druid_extensions_loadList ?? '[]');
    const needed = [
      'druid-parquet-extensions',
      'druid-s3-extensions',
      'druid-datasketches',
      'druid-kafka-indexing-service',
    ];
    expect(loaded).toEqual(expect.arrayContaining(needed));
  });

  test('on what differs between the brokers: ports and folders alone', () => {
    const ports = { plaintext: 1, ssl: 2, saslPlaintext: 3, saslSsl: 4, controller: 5 };
    const local = kafkaSettings(ports, { logDir: '/log', keystore: '/store' });
    const keys = local.split('\n').map((line) => line.slice(0, line.indexOf('=')));
    const container = settingsIn(join(kafkaProject, 'container.properties'));
    expect([...container.keys()].toSorted()).toEqual(keys.filter((key) => key !== '').toSorted());
    const names = (listeners: string) => listeners.split(',').map((listener) => listener.split('://')[0]);
    const localListeners = /^listeners=(.*)$/m.exec(local)?.[1] ?? '';
    expect(names(container.get('listeners') ?? '')).toEqual(names(localListeners));
  });

  test("on Kafka's heap", () => {
    const options = readFileSync(join(kafkaProject, 'jvm.args'), 'utf8').split('\n');
    for (const option of service('kafka').environment?.KAFKA_HEAP_OPTS?.split(' ') ?? ['none']) {
      expect(options).toContain(option);
    }
  });

  test("on Kafka's users", () => {
    const settings = settingsIn(join(kafkaProject, 'broker.properties'));
    const script = readFileSync(join(kafkaProject, 'start-in-container.sh'), 'utf8');
    for (const { username, password } of Object.values(LOCAL_KAFKA_USERS)) {
      for (const listener of ['sasl_plaintext', 'sasl_ssl']) {
        const plain = settings.get(`listener.name.${listener}.plain.sasl.jaas.config`);
        expect(plain).toContain(` user_${username}="${password}"`);
      }
      for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
        expect(script).toContain(`--add-scram '${mechanism}=[name=${username},password=${password}]'`);
      }
    }
    expect(settings.get('super.users')).toBe(`User:ANONYMOUS;User:${LOCAL_KAFKA_USERS.admin.username}`);
  });
});
