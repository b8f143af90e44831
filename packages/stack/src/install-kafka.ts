import type { InstallOptions } from './install-versitygw.ts';
import { type KafkaProgram, kafkaProgram } from './kafka-program.ts';
import { MINIMUM_JAVA, missingForKafka } from './local-tools.ts';
import { buildByMaven } from './maven-build.ts';
import { findWorkspace } from './workspace.ts';

/**
 * Fetches the jars of the local Kafka if they are not there yet (43 MB), and returns how to start it. Several processes
 * may call it at once: one fetches. Throws HM_STACK_001 without Java 17 and Maven, HM_STACK_004 when it fails.
 */
export async function installKafka(options: InstallOptions = {}): Promise<KafkaProgram> {
  const { kafkaProject: folder } = findWorkspace();
  const program = kafkaProgram(folder);
  const project = {
    name: 'Kafka',
    folder,
    sources: ['pom.xml'],
    jars: [],
    classpathFile: program.classpathFile,
    needs: `Java ${MINIMUM_JAVA} or newer and Maven`,
    missing: missingForKafka,
    takes: 'less than a minute',
  };
  await buildByMaven(project, options);
  return program;
}
