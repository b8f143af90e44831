import { Secret } from '@hourmill/core';
import type { KafkaConnection, KafkaSasl } from '@hourmill/pipeline';

/** {@link KafkaConnection} as plain data that can be posted to a thread; a secret cannot. Never log it. */
interface KafkaWorkerOptions {
  readonly brokers: readonly string[];
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null;
  readonly sasl: (Omit<KafkaSasl, 'password'> & { readonly password?: string }) | null;
}

export function toWorkerOptions({ brokers, tls, sasl }: KafkaConnection): KafkaWorkerOptions {
  const { key, ...certificates } = tls ?? {};
  return {
    brokers,
    tls: tls && { ...certificates, ...(key && { key: key.reveal() }) },
    sasl: sasl && ('password' in sasl ? { ...sasl, password: sasl.password.reveal() } : sasl),
  };
}

/** @param options what {@link toWorkerOptions} gave, after it came through a port */
export function fromWorkerOptions(options: unknown): KafkaConnection {
  const { brokers, tls, sasl } = options as KafkaWorkerOptions;
  const { key, ...certificates } = tls ?? {};
  return {
    brokers,
    tls: tls && { ...certificates, ...(key !== undefined && { key: new Secret(key) }) },
    sasl: (sasl?.password === undefined ? sasl : { ...sasl, password: new Secret(sasl.password) }) as KafkaSasl | null,
  };
}
