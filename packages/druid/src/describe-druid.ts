import type { Clock } from '@hourmill/core';
import { isHourmillError } from '@hourmill/core';
import type { DruidConnection } from '@hourmill/pipeline';
import { objectIn, objectsIn, textIn } from './answer.ts';
import { connectDruid, type Druid } from './druid.ts';
import type { Service } from './http-error.ts';
import { DEFAULT_TIMING } from './timing.ts';

/** What `hourmill doctor` shows of a cluster. */
export interface DruidDescription {
  /** Of the Coordinator and of the Broker. */
  readonly versions: { readonly coordinator: string; readonly broker: string };
  /** Address of the Overlord that leads. */
  readonly overlordLeader: string;
  /** Class names of the loaded modules, extensions' included. */
  readonly modules: readonly string[];
  /** Whether tasks may use these types; null when the Overlord would not say. */
  readonly inputTypes: { readonly parquet: boolean | null; readonly s3: boolean | null };
}

export interface DescribeDruidOptions {
  readonly druid: DruidConnection;
  readonly clock: Clock;
  readonly fetch?: typeof globalThis.fetch;
}

/** Looks at a cluster and changes nothing. @throws HM_DRUID_001 when a service does not answer, HM_DRUID_002 */
export async function describeDruid(options: DescribeDruidOptions, signal: AbortSignal): Promise<DruidDescription> {
  const { druid: target, clock, fetch = globalThis.fetch } = options;
  const druid = connectDruid({ target, clock, fetch, timing: DEFAULT_TIMING });
  const [coordinator, broker, overlordLeader, parquet, s3] = await Promise.all([
    statusOf(druid, 'Coordinator', signal),
    statusOf(druid, 'Broker', signal),
    druid.overlord.leader(signal),
    knowsType(
      druid,
      'parquet',
      { inputSource: { type: 'inline', data: '-' }, inputFormat: { type: 'parquet' } },
      signal,
    ),
    knowsType(druid, 's3', { inputSource: { type: 's3', objects: [] }, inputFormat: { type: 'json' } }, signal),
  ]);
  return {
    versions: { coordinator: coordinator.version, broker: broker.version },
    overlordLeader,
    modules: coordinator.modules,
    inputTypes: { parquet, s3 },
  };
}

async function statusOf({ http }: Druid, service: Service, signal: AbortSignal) {
  const what = `the status of the ${service}`;
  const status = objectIn(await http.once({ service, method: 'GET', path: '/status' }, signal), what);
  const modules = objectsIn(status.modules, what).map((module) => textIn(module, 'name', what));
  return { version: textIn(status, 'version', what), modules };
}

/**
 * Asks the Overlord's sampler for an input that fails in any case, before anything is read: for want of the type, or
 * for its emptiness. The list of modules would not do: it names classes, not types.
 */
async function knowsType({ http }: Druid, type: string, input: object, signal: AbortSignal): Promise<boolean | null> {
  const dataSchema = {
    dataSource: 'hourmill_doctor',
    timestampSpec: { column: '__time', format: 'millis' },
    dimensionsSpec: {},
  };
  const body = {
    type: 'index',
    spec: { type: 'index', ioConfig: { type: 'index', ...input }, dataSchema },
    samplerConfig: { numRows: 1, timeoutMs: 5000 },
  };
  try {
    await http.once({ service: 'Overlord', method: 'POST', path: '/druid/indexer/v1/sampler', body }, signal);
    return true;
  } catch (error) {
    if (!isHourmillError(error, 'HM_DRUID_002')) throw error;
    if (error.context.status !== 400) return null;
    return !error.message.includes(`Could not resolve type id '${type}'`);
  }
}
