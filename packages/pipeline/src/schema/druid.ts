import type { Secret } from '@hourmill/core';
import * as z from 'zod';
import { httpAddress, positiveDuration, secret, text } from './scalars.ts';

/** The Druid cluster that gets the hours. All addresses are resolved. */
export interface DruidConnection {
  readonly dataSource: string;
  readonly coordinator: string;
  readonly overlord: string;
  readonly broker: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly taskTimeoutMs: number;
  readonly loadTimeoutMs: number;
}

const shape = {
  // Druid's own rule for data source names (IdUtils.validateId).
  dataSource: text
    .regex(
      /^[^./\p{Cc}\p{Zl}\p{Zp}][^/\p{Cc}\p{Zl}\p{Zp}]*$/u,
      'expected a name without "/" and control characters that does not begin with "."',
    )
    .describe('The table in Druid.'),
  router: httpAddress.optional().describe('Address of the Router, in place of the three others.'),
  coordinator: httpAddress.optional().describe('Address of the Coordinator, for example "http://localhost:8081".'),
  overlord: httpAddress.optional().describe("Address of the Overlord. Default: the Coordinator's."),
  broker: httpAddress.optional().describe('Address of the Broker, for example "http://localhost:8082".'),
  username: text.optional().describe('User for basic authentication.'),
  password: secret.optional().describe(`Password for basic authentication. Only as "\${env:NAME}" or "\${file:PATH}".`),
  taskTimeout: positiveDuration.prefault('PT1H').describe('How long to wait for an index task. Default: PT1H.'),
  loadTimeout: positiveDuration
    .prefault('PT10M')
    .describe('How long to wait until new segments are served. Default: PT10M.'),
};

type DruidKeys = z.output<z.ZodObject<typeof shape>>;

/** Where the hours are served. */
export const druid = z
  .strictObject(shape)
  .superRefine(checkDruid)
  .transform(resolveDruid)
  .describe('The Druid cluster to index into. Leave out: a run stops after the Parquet parts and the manifest.');

function checkDruid(keys: DruidKeys, context: z.RefinementCtx): void {
  for (const address of ['coordinator', 'broker'] as const) {
    if (keys[address] !== undefined || keys.router !== undefined) continue;
    context.addIssue({ code: 'custom', path: [address], message: `expected an address, or one "router" for all` });
  }
  if (keys.password !== undefined && keys.username === undefined) {
    context.addIssue({ code: 'custom', path: ['username'], message: 'expected the user that the password belongs to' });
  }
}

function resolveDruid(keys: DruidKeys): DruidConnection {
  const coordinator = keys.coordinator ?? keys.router ?? '';
  return {
    dataSource: keys.dataSource,
    coordinator,
    overlord: keys.overlord ?? keys.router ?? coordinator,
    broker: keys.broker ?? keys.router ?? '',
    ...(keys.username === undefined ? {} : { username: keys.username }),
    ...(keys.password === undefined ? {} : { password: keys.password }),
    taskTimeoutMs: keys.taskTimeout,
    loadTimeoutMs: keys.loadTimeout,
  };
}
