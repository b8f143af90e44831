import { type DruidProgram, druidProgram } from './druid-program.ts';
import type { InstallOptions } from './install-versitygw.ts';
import { MINIMUM_JAVA, missingForDruid } from './local-tools.ts';
import { buildByMaven } from './maven-build.ts';
import { findWorkspace } from './workspace.ts';

/**
 * Builds the local Druid if it is not there yet or its sources have changed (one to two minutes with downloads), and
 * returns how to start it. Several processes may call it at once: one builds. Throws HM_STACK_001 without Java 17 and
 * Maven, HM_STACK_004 when the build fails.
 */
export async function installDruid(options: InstallOptions = {}): Promise<DruidProgram> {
  const { druidProject: folder } = findWorkspace();
  const program = druidProgram(folder);
  const project = {
    name: 'Druid',
    folder,
    sources: ['pom.xml', 'jvm.args', 'src'],
    jars: [program.jar],
    classpathFile: program.classpathFile,
    needs: `a JDK ${MINIMUM_JAVA} or newer and Maven`,
    missing: missingForDruid,
    takes: 'one to two minutes',
  };
  await buildByMaven(project, options);
  return program;
}
