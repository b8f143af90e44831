import { DRUID_PORTS } from './druid-program.ts';
import { KAFKA_PORTS } from './kafka-connection.ts';
import { S3_PORTS } from './s3-server.ts';
import type { OnStep } from './step.ts';

export const SERVICES = ['druid', 's3', 'kafka'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The names that a port can be given for. */
export const STACK_PORTS = [
  ...DRUID_PORTS.map((name) => `druid.${name}` as const),
  ...S3_PORTS,
  ...KAFKA_PORTS.map((name) => `kafka.${name}` as const),
] as const;
export type StackPort = (typeof STACK_PORTS)[number];

export interface StackOptions {
  readonly services: readonly ServiceName[];
  /** One folder for all: state, logs, data. */
  readonly dataDir: string;
  /** Free ones where not given. */
  readonly ports?: Readonly<Partial<Record<StackPort, number>>>;
  /** True: the servers outlive this process until {@link stackDown}. Default false: they end with it. */
  readonly detach?: boolean;
  /** More runtime properties of Druid (`druid.*`), for every service of it. */
  readonly druidProperties?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Default: lines on standard error. */
  readonly onStep?: OnStep;
}
