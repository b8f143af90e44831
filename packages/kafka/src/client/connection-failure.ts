import { HourmillError } from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';

/** Where and as whom we came when it failed. */
export interface Entrance {
  /** HOST:PORT */
  readonly address: string;
  readonly connection: KafkaConnection;
}

const TIMES = 'check the clock of this machine, or renew it';
const UNTRUSTED = 'name the authority that signed it as source.tls.ca';
/** By the codes of Node.js (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_REMEDIES: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_REJECTED: UNTRUSTED,
  INVALID_CA: UNTRUSTED,
  INVALID_PURPOSE: UNTRUSTED,
  CERT_HAS_EXPIRED: TIMES,
  CERT_NOT_YET_VALID: TIMES,
  ERR_TLS_CERT_ALTNAME_INVALID: 'use a host name that it is made out for in source.brokers',
};

/**
 * What a failure between the first byte and the end of the authentication means: HM_INPUT_004 with the remedy, or
 * HM_INPUT_005. Goes by codes and names, never by texts; holds no secret.
 */
export function toConnectionError(cause: unknown, { address, connection }: Entrance): HourmillError {
  if (cause instanceof HourmillError) return cause;
  const { code = '', name = '', type = '', message = '' } = cause as Partial<Record<string, string>>;
  const refused = (text: string) =>
    new HourmillError('HM_INPUT_004', `Kafka at ${address}: ${text}`, { context: { address }, cause });
  const remedy = CERTIFICATE_REMEDIES[code];
  if (remedy !== undefined) return refused(`the broker's certificate is not accepted (${code}): ${remedy}`);
  if (/^ERR_(SSL|TLS|OSSL)_/.test(code)) {
    return refused(
      `no TLS with this broker (${code}): check source.tls (ca, cert, key), and that this port speaks TLS`,
    );
  }
  if (type === 'ILLEGAL_SASL_STATE') {
    return refused(
      'this port asks nobody for a name: leave source.sasl out, or name the port for SASL in source.brokers',
    );
  }
  if (type === 'UNSUPPORTED_SASL_MECHANISM') {
    return refused(`the broker does not take ${connection.sasl?.mechanism}: choose another source.sasl.mechanism`);
  }
  if (name === 'KafkaJSSASLAuthenticationError') return refused(whoIsRefused(connection.sasl));
  const hint = connection.tls !== null && code === 'ECONNRESET' ? '; does this port speak TLS?' : '';
  return unanswered(address, `${message || code}${hint}`, cause);
}

/** HM_INPUT_005. Brokers close the connection of who sends what the port does not expect, so `isStranger` gives a hint. */
export function closedByBroker({ address, connection }: Entrance, isStranger: boolean): HourmillError {
  const missing = [
    connection.tls === null ? 'TLS (source.tls)' : '',
    connection.sasl === null ? 'SASL (source.sasl)' : '',
  ];
  const asked = missing.filter((option) => option !== '').join(' or ');
  const hint = isStranger && asked !== '' ? `; does this port ask for ${asked}?` : '';
  return unanswered(address, `it closed the connection${hint}`);
}

/** HM_INPUT_004: the authentication came to its end, but not to the one that it was to have. */
export function notWelcome({ address, connection }: Entrance): HourmillError {
  return new HourmillError('HM_INPUT_004', `Kafka at ${address}: ${whoIsRefused(connection.sasl)}`, {
    context: { address },
  });
}

/** HM_INPUT_005: may succeed later. */
export function unanswered(address: string, reason: string, cause?: unknown): HourmillError {
  return new HourmillError('HM_INPUT_005', `Kafka at ${address} does not answer: ${reason}`, {
    context: { address },
    ...(cause !== undefined && { cause }),
  });
}

function whoIsRefused(sasl: KafkaConnection['sasl']): string {
  if (sasl === null) return 'the authentication failed';
  if (sasl.mechanism === 'OAUTHBEARER') return 'the broker refuses the token that source.sasl.tokenProvider gave';
  return `the broker does not know user "${sasl.username}", or not with this password: correct source.sasl (${sasl.mechanism})`;
}
