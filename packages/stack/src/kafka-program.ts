import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOCAL_KAFKA_USERS } from './kafka-connection.ts';
import type { KafkaFiles } from './kafka-files.ts';
import { javaCommand } from './local-tools.ts';
import { runTool, type ToolOptions } from './run-tool.ts';
import { launch, type ServerProcess } from './server-process.ts';

/** The sources of the local Kafka, and what its build left behind. */
export interface KafkaProgram {
  /** Names its jars. */
  readonly classpathFile: string;
  /** Options of the JVM. */
  readonly argumentsFile: string;
  readonly log4jFile: string;
  /** The settings that are the same at each start. */
  readonly settingsFile: string;
}

export function kafkaProgram(project: string): KafkaProgram {
  return {
    classpathFile: join(project, 'target/classpath.txt'),
    argumentsFile: join(project, 'jvm.args'),
    log4jFile: join(project, 'log4j2.xml'),
    settingsFile: join(project, 'broker.properties'),
  };
}

/**
 * Makes the log directory, with the users of SCRAM, unless that was done. `meta.properties` is the last file that the tool
 * writes. Throws HM_STACK_004 when it fails.
 */
export async function formatKafka(
  program: KafkaProgram,
  files: KafkaFiles,
  options: Pick<ToolOptions, 'onStep' | 'signal'>,
): Promise<void> {
  if (existsSync(join(files.logDir, 'meta.properties'))) return;
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) =>
    Object.values(LOCAL_KAFKA_USERS).map(({ username, password }) => [
      '--add-scram',
      `${mechanism}=[name=${username},password=${password}]`,
    ]),
  );
  const format = ['format', '--config', files.settings, '--cluster-id', newClusterId(), ...users.flat()];
  await runTool({
    name: "formatting the broker's log directory",
    command: [...java(program), 'kafka.tools.StorageTool', ...format],
    env: classpath(program),
    logFile: files.setupLog,
    ...options,
  });
}

/** Starts the JVM of the broker on a formatted log directory. */
export async function launchKafka(
  program: KafkaProgram,
  files: KafkaFiles,
  options: { readonly detached: boolean },
): Promise<ServerProcess> {
  return await launch({
    name: 'Kafka',
    command: [...java(program), 'kafka.Kafka', files.settings],
    env: classpath(program),
    logFile: files.log,
    detached: options.detached,
  });
}

function java({ argumentsFile, log4jFile }: KafkaProgram): string[] {
  return [javaCommand(), `@${argumentsFile}`, `-Dlog4j2.configurationFile=${pathToFileURL(log4jFile)}`];
}

/** In the environment, so that lists of processes do not show 45 jars. */
function classpath(program: KafkaProgram): Record<string, string> {
  return { CLASSPATH: readFileSync(program.classpathFile, 'utf8').trim() };
}

/** 16 bytes in base64url. The tool takes one that begins with a dash for an option, so the first bit is 0. */
function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}
