import { HourmillError } from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';
import { addressText } from '../client/broker-address.ts';
import { negotiate } from '../protocol/api.ts';
import { describeConfigs } from '../protocol/describe-configs.ts';
import { fetch } from '../protocol/fetch.ts';
import { listOffsets } from '../protocol/list-offsets.ts';
import { metadata } from '../protocol/metadata.ts';
import type { DoctorSession } from './doctor-session.ts';

const APIS = [metadata, listOffsets, fetch, describeConfigs];

/** Every broker that the cluster names answers, and lets us in: TCP, TLS, SASL. */
export async function lookAtBrokers({ client, connection }: DoctorSession, signal: AbortSignal): Promise<string> {
  const { brokers, clusterId } = await client.cluster([], signal);
  const answers = await Promise.allSettled(brokers.map(({ nodeId }) => client.versions(nodeId, signal)));
  signal.throwIfAborted();
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') continue;
    const broker = brokers[index];
    const address = broker === undefined ? '' : addressText(broker);
    const why = answer.reason instanceof Error ? answer.reason.message : String(answer.reason);
    throw new HourmillError(
      answer.reason instanceof HourmillError ? answer.reason.code : 'HM_INPUT_005',
      `broker ${broker?.nodeId} cannot be used at ${address}, its advertised.listeners: ${why}`,
      { context: { address }, cause: answer.reason },
    );
  }
  return `${brokers.length} of cluster ${clusterId}, all answer; ${entranceText(connection)}`;
}

function entranceText({ tls, sasl }: KafkaConnection): string {
  const encryption = tls === null ? 'without TLS' : 'by TLS';
  if (sasl === null) return `${encryption}, without a name`;
  const name = sasl.mechanism === 'OAUTHBEARER' ? 'with a token' : `as ${sasl.username}`;
  return `${encryption}, ${name} (${sasl.mechanism})`;
}

/** Every broker speaks what we do. @throws HM_INPUT_011 */
export async function lookAtVersions({ client }: DoctorSession, signal: AbortSignal): Promise<string> {
  const { brokers } = await client.cluster([], signal);
  const versions = await Promise.all(brokers.map(({ nodeId }) => client.versions(nodeId, signal)));
  const spoken = APIS.map((api) => {
    const newest = versions.map((offered) => negotiate(api, offered));
    return `${api.name} ${[...new Set(newest)].join(' and ')}`;
  });
  return spoken.join(', ');
}
