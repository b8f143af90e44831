import type { Secret } from '@hourmill/core';
import * as z from 'zod';
import { choice, secret, text } from './scalars.ts';

/** How to reach and enter a Kafka cluster. */
export interface KafkaConnection {
  /** `HOST:PORT` of some brokers: the others are found through them. */
  readonly brokers: readonly string[];
  /** Null: no TLS. Certificates and keys are PEM; without `ca` those that Node.js trusts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: Secret } | null;
  readonly sasl: KafkaSasl | null;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
      readonly username: string;
      readonly password: Secret;
    }
  /** `tokenProvider`: an ES module whose default export is a function that gives `{ value: TOKEN }`, or a promise of it. */
  | { readonly mechanism: 'OAUTHBEARER'; readonly tokenProvider: string };

const BROKER_PATTERN = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s,:/[\]]+):(\d{1,5})$/;
const MAX_PORT = 65_535;

export const broker = text.superRefine((list, context) => {
  if (addressesOf(list).every(isAddress)) return;
  context.addIssue({ code: 'custom', message: 'expected HOST:PORT, or several with commas between them' });
});

/** A text may hold several, as the variables of other Kafka clients do. */
export function addressesOf(list: string): string[] {
  return list.split(',').map((address) => address.trim());
}

function isAddress(address: string): boolean {
  const port = Number(BROKER_PATTERN.exec(address)?.[1] ?? 0);
  return port > 0 && port <= MAX_PORT;
}

const pem = text.regex(/-----BEGIN /, `expected the PEM text itself, as "\${file:PATH}" gives it`);

export const tls = z
  .strictObject({
    ca: pem
      .optional()
      .describe(`Certificates of authorities to trust, PEM, as "\${file:ca.pem}". Default: those of Node.js.`),
    cert: pem.optional().describe('Certificate of this client, PEM.'),
    key: secret.optional().describe(`Private key of this client, PEM. Only as "\${env:NAME}" or "\${file:PATH}".`),
  })
  .superRefine(({ cert, key }, context) => {
    if ((cert === undefined) === (key === undefined)) return;
    const missing = cert === undefined ? 'cert' : 'key';
    context.addIssue({ code: 'custom', path: [missing], message: 'expected both cert and key or none of them' });
  })
  .transform(({ ca, cert, key }) => ({
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }))
  .describe('Speak TLS. {} for certificates that Node.js trusts already. Leave out: no TLS.');

/** Mechanisms that people may expect, with whose they are. */
const REFUSED_MECHANISMS: Readonly<Record<string, string>> = {
  GSSAPI: 'GSSAPI (Kerberos) is not supported',
  AWS_MSK_IAM: 'the sign-in of Amazon MSK is not supported by this name: OAUTHBEARER takes its tokens',
};

function refusedMechanism({ input }: { readonly input?: unknown }): string | undefined {
  const { mechanism } = (input ?? {}) as { mechanism?: unknown };
  const refused = REFUSED_MECHANISMS[String(mechanism).toUpperCase()];
  if (refused === undefined) return undefined;
  return `${refused}; expected one of "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"`;
}

const password = z.strictObject({
  mechanism: choice(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
  username: text.describe('The name of the user.'),
  password: secret.describe(`The password. Only as "\${env:NAME}" or "\${file:PATH}".`),
});

const token = z.strictObject({
  mechanism: z.literal('OAUTHBEARER'),
  tokenProvider: text.describe(
    'An ES module, relative to this definition. Its default export is a function that gives { value: TOKEN } or a promise of it.',
  ),
});

export const sasl = z
  .discriminatedUnion('mechanism', [password, token], { error: refusedMechanism })
  .describe('Who we are. Leave out: nobody asks.');
