import { expect, test } from 'vitest';
import { kafkaSettings } from '../src/kafka-settings.ts';

const ports = { plaintext: 1, ssl: 2, saslPlaintext: 3, saslSsl: 4, controller: 5 };

test('every listener is on 127.0.0.1, and clients are told all but the controller', () => {
  const lines = kafkaSettings(ports, { logDir: '/data/log', keystore: '/data/broker.p12' }).trimEnd().split('\n');
  const clients = 'PLAINTEXT://127.0.0.1:1,SSL://127.0.0.1:2,SASL_PLAINTEXT://127.0.0.1:3,SASL_SSL://127.0.0.1:4';
  expect(lines).toEqual([
    `listeners=${clients},CONTROLLER://127.0.0.1:5`,
    `advertised.listeners=${clients}`,
    'controller.quorum.voters=1@127.0.0.1:5',
    'log.dirs=/data/log',
    'ssl.keystore.location=/data/broker.p12',
  ]);
});

test('a folder of any name reaches Java as it is', () => {
  const settings = kafkaSettings(ports, { logDir: '/a b/ü\\😀', keystore: '/store' });
  expect(settings).toContain('log.dirs=/a b/\\u00fc\\\\\\ud83d\\ude00\n');
});
