import type { KafkaPort } from './kafka-connection.ts';
import type { KafkaFiles } from './kafka-files.ts';

/** The names of the listeners in the broker's settings. */
const LISTENER_NAMES = {
  plaintext: 'PLAINTEXT',
  ssl: 'SSL',
  saslPlaintext: 'SASL_PLAINTEXT',
  saslSsl: 'SASL_SSL',
  controller: 'CONTROLLER',
} as const satisfies Record<KafkaPort, string>;

/** What a start adds to the broker's settings, `broker.properties`: its ports and folders, as Java properties. */
export function kafkaSettings(
  ports: Readonly<Record<KafkaPort, number>>,
  files: Pick<KafkaFiles, 'logDir' | 'keystore'>,
): string {
  const names = Object.keys(LISTENER_NAMES) as KafkaPort[];
  const listener = (name: KafkaPort) => `${LISTENER_NAMES[name]}://127.0.0.1:${ports[name]}`;
  const settings = {
    listeners: names.map(listener).join(','),
    'advertised.listeners': names
      .filter((name) => name !== 'controller')
      .map(listener)
      .join(','),
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'log.dirs': files.logDir,
    'ssl.keystore.location': files.keystore,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${escapeValue(value)}\n`)
    .join('');
}

/** Properties files are Latin-1 with escapes (java.util.Properties). */
function escapeValue(value: string): string {
  const units = value.replaceAll('\\', '\\\\').split('');
  return units.map((unit) => (/[ -~]/.test(unit) ? unit : escapeUnit(unit))).join('');
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
