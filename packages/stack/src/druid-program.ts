import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { javaCommand } from './local-tools.ts';
import { answers } from './ready.ts';
import type { S3Connection } from './s3-connection.ts';
import { launch, type ServerProcess } from './server-process.ts';

/** The parts of the local Druid that listen. The Coordinator is the Overlord as well. */
export const DRUID_PORTS = ['coordinator', 'broker', 'historical', 'indexer', 'zookeeper', 'derby'] as const;
export type DruidPort = (typeof DRUID_PORTS)[number];

/** What the build left behind. */
export interface DruidProgram {
  readonly jar: string;
  /** Names the jars that {@link DruidProgram.jar} needs. */
  readonly classpathFile: string;
  /** Options of the JVM. */
  readonly argumentsFile: string;
}

export function druidProgram(project: string): DruidProgram {
  return {
    jar: join(project, 'target/local-druid.jar'),
    classpathFile: join(project, 'target/classpath.txt'),
    argumentsFile: join(project, 'jvm.args'),
  };
}

export interface DruidLaunch {
  readonly dataDir: string;
  readonly logFile: string;
  readonly ports: Readonly<Record<DruidPort, number>>;
  readonly detached: boolean;
  readonly s3?: S3Connection;
  /** More runtime properties, for every service. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** Starts the JVM. Temporary files of the last one are removed first, those of its ZooKeeper too. */
export async function launchDruid(program: DruidProgram, options: DruidLaunch): Promise<ServerProcess> {
  const { dataDir, s3 } = options;
  const temporary = join(dataDir, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const properties = {
    'java.io.tmpdir': temporary,
    'derby.stream.error.file': join(dataDir, 'derby.log'),
    ...Object.fromEntries(DRUID_PORTS.map((name) => [`hourmill.port.${name}`, String(options.ports[name])])),
    ...(s3 && s3Properties(s3)),
    ...options.properties,
  };
  return await launch({
    name: 'Druid',
    command: [
      javaCommand(),
      `@${program.argumentsFile}`,
      ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
      'hourmill.druid.LocalDruid',
      dataDir,
    ],
    // In the environment, so that lists of processes show neither the keys nor 250 jars.
    env: {
      CLASSPATH: [program.jar, readFileSync(program.classpathFile, 'utf8').trim()].join(delimiter),
      ...(s3 && { HOURMILL_S3_ACCESS_KEY: s3.accessKeyId, HOURMILL_S3_SECRET_KEY: s3.secretAccessKey }),
    },
    logFile: options.logFile,
    detached: options.detached,
  });
}

/** The properties of Druid's S3 extension, which its stand-in takes as well. */
function s3Properties(s3: S3Connection): Record<string, string> {
  const fromEnvironment = (variable: string) => JSON.stringify({ type: 'environment', variable });
  return {
    'druid.s3.endpoint.url': s3.endpoint,
    'druid.s3.endpoint.signingRegion': s3.region,
    'druid.s3.enablePathStyleAccess': 'true',
    'druid.s3.accessKey': fromEnvironment('HOURMILL_S3_ACCESS_KEY'),
    'druid.s3.secretKey': fromEnvironment('HOURMILL_S3_SECRET_KEY'),
  };
}

/** Where clients find a Druid. */
export interface DruidAddress {
  readonly coordinator: string;
  /** Here the same as the Coordinator. */
  readonly overlord: string;
  readonly broker: string;
}

export function druidAddress(ports: Readonly<Pick<Record<DruidPort, number>, 'coordinator' | 'broker'>>): DruidAddress {
  const coordinator = `http://127.0.0.1:${ports.coordinator}`;
  return { coordinator, overlord: coordinator, broker: `http://127.0.0.1:${ports.broker}` };
}

/** True when a worker is registered, so that tasks run, and SQL is answered. */
export async function druidAnswers({ overlord, broker }: DruidAddress): Promise<boolean> {
  const query: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'SELECT 1' }),
  };
  const takesTasks = await answers(`${overlord}/druid/indexer/v1/workers`, {}, (body) => body.includes('"worker"'));
  return takesTasks && (await answers(`${broker}/druid/v2/sql`, query, (body) => body.startsWith('[{')));
}
