import { join } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { composeUp, detectRuntime, type ServiceName, stackUp } from '@hourmill/stack';

/** Servers for the time of the demo. Disposing stops what the demo started; their data stays. */
export interface DemoServers extends AsyncDisposable {
  /** Address of Druid's Broker. */
  readonly broker: string;
  /** The variables that the demo's definition takes its addresses from. */
  readonly environment: Readonly<Record<string, string>>;
  /** Only where it was asked for. */
  readonly kafka?: DemoKafka;
}

export interface DemoKafka {
  /** HOST:PORT of its plaintext listener. */
  readonly broker: string;
  /** Where the broker keeps its data. */
  readonly dataDir: string;
}

/**
 * Starts a Druid in the best way that this machine offers; null, with the reasons on stderr, when it offers none.
 * Containers are left running, because starting them again takes minutes; `docker compose down` ends them.
 * @param withKafka a Kafka beside it, for which nothing but Java will do
 * @throws HM_STACK_001 when there is no way to have that
 */
export async function startDemoServers(
  dataDir: string,
  warehouse: string,
  withKafka: boolean,
  signal: AbortSignal,
): Promise<DemoServers | null> {
  const { kind, reasons } = await detectRuntime();
  for (const reason of reasons) process.stderr.write(`${reason}\n`);
  if (withKafka && kind !== 'java') {
    throw new HourmillError('HM_STACK_001', `demo --kafka starts its own servers, which needs ${reasons.join('; ')}`);
  }
  switch (kind) {
    case 'java':
      return startStack(join(dataDir, 'stack'), withKafka, signal);
    case 'docker': {
      const { druid } = await composeUp({ warehouse, signal });
      return { broker: druid.broker, environment: addresses(druid), [Symbol.asyncDispose]: async () => {} };
    }
    case 'none':
      return null;
  }
}

async function startStack(dataDir: string, withKafka: boolean, signal: AbortSignal): Promise<DemoServers | null> {
  const services: ServiceName[] = withKafka ? ['druid', 'kafka'] : ['druid'];
  const stack = await stackUp({ services, dataDir, signal });
  const { druid, kafka } = stack;
  if (druid === undefined) return null;
  const environment = { ...addresses(druid), ...(kafka && { KAFKA_BROKERS: kafka.brokers.plaintext }) };
  return {
    broker: druid.broker,
    environment,
    ...(kafka && { kafka: { broker: kafka.brokers.plaintext, dataDir: join(dataDir, 'kafka') } }),
    [Symbol.asyncDispose]: () => stack.stop(),
  };
}

function addresses({ coordinator, broker }: { coordinator: string; broker: string }): Record<string, string> {
  return { DRUID_COORDINATOR: coordinator, DRUID_BROKER: broker };
}
