import type { Clock } from '@hourmill/core';
import type { DruidConnection } from '@hourmill/pipeline';
import { type Broker, createBroker } from './broker.ts';
import { type Coordinator, createCoordinator } from './coordinator.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { createOverlord, type Overlord } from './overlord.ts';
import type { Timing } from './timing.ts';

/** A Druid cluster and one data source of it: what every step of stage 2 works with. */
export interface Druid {
  readonly target: DruidConnection;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly overlord: Overlord;
  readonly coordinator: Coordinator;
  readonly broker: Broker;
}

export interface DruidOptions {
  readonly target: DruidConnection;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
}

export function connectDruid(options: DruidOptions): Druid {
  const { target, timing, clock } = options;
  const http = createHttpClient(options);
  return {
    target,
    timing,
    clock,
    http,
    overlord: createOverlord(http),
    coordinator: createCoordinator(http),
    broker: createBroker(http),
  };
}
