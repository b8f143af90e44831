import { HourmillError } from '@hourmill/core';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/**
 * One kind of request and its response, in the versions that we speak. All of them are flexible (KIP-482). Pure: how they
 * travel is {@link NodeConnection}'s.
 */
export interface Api<Request, Response> {
  /** https://kafka.apache.org/protocol#protocol_api_keys */
  readonly key: number;
  readonly name: string;
  readonly versions: VersionRange;
  encode(writer: WireWriter, request: Request, version: number): void;
  /** @param reader behind the header */
  decode(reader: WireReader, version: number): Response;
}

/** The versions that a broker speaks, by the key of the API. */
export type BrokerVersions = ReadonlyMap<number, VersionRange>;

/**
 * The newest version that both sides speak.
 * @param max a version behind which the request cannot be said
 * @throws HM_INPUT_011 when there is none
 */
export function negotiate(api: Api<never, unknown>, broker: BrokerVersions, max: number = api.versions.max): number {
  const offered = broker.get(api.key);
  const newest = Math.min(max, offered?.max ?? -1);
  if (offered !== undefined && newest >= Math.max(api.versions.min, offered.min)) return newest;
  const theirs = offered === undefined ? 'does not have it at all' : `has ${rangeText(offered)}`;
  throw new HourmillError(
    'HM_INPUT_011',
    `Hourmill speaks ${rangeText(api.versions)} of ${api.name}, and the broker ${theirs}: Kafka 3.0 or newer is needed`,
  );
}

function rangeText({ min, max }: VersionRange): string {
  return min === max ? `version ${min}` : `versions ${min} to ${max}`;
}
