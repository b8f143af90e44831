import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { withLock } from './build-lock.ts';
import { type DruidProgram, druidProgram } from './druid-program.ts';
import type { InstallOptions } from './install-versitygw.ts';
import { MINIMUM_JAVA, missingForDruid } from './local-tools.ts';
import { runTool } from './run-tool.ts';
import { hashOf, stampFile } from './stamp.ts';
import { stepsToStderr } from './step.ts';
import { findWorkspace, type Workspace } from './workspace.ts';

/**
 * Builds the local Druid if it is not there yet or its sources have changed (one to two minutes with downloads), and
 * returns how to start it. Several processes may call it at once: one builds. Throws HM_STACK_001 without Java 17 and
 * Maven, HM_STACK_004 when the build fails.
 */
export async function installDruid(options: InstallOptions = {}): Promise<DruidProgram> {
  const { onStep = stepsToStderr, signal } = options;
  const workspace = findWorkspace();
  const program = druidProgram(workspace.druidProject);
  if (isUpToDate(workspace, program)) return program;
  const lock = { doing: 'building Druid', onStep, ...(signal && { signal }) };
  return await withLock(join(workspace.cache, 'druid.lock'), lock, async () => {
    if (!isUpToDate(workspace, program)) await build(workspace, program, { onStep, ...(signal && { signal }) });
    return program;
  });
}

function isUpToDate(workspace: Workspace, program: DruidProgram): boolean {
  return stampOf(workspace).holds(sourcesHash(workspace)) && [program.jar, ...jarsOf(program)].every(existsSync);
}

async function build(
  workspace: Workspace,
  _program: DruidProgram,
  building: Required<Pick<InstallOptions, 'onStep'>> & InstallOptions,
): Promise<void> {
  const missing = await missingForDruid();
  if (missing.length > 0) {
    const need = `The local Druid needs a JDK ${MINIMUM_JAVA} or newer and Maven`;
    throw new HourmillError('HM_STACK_001', `${need}: ${missing.join(', ')}. Install both, or use Docker`);
  }
  const sources = sourcesHash(workspace);
  const stamp = stampOf(workspace);
  stamp.remove();
  const logFile = join(workspace.cache, 'druid-build.log');
  building.onStep(`building the local Druid with Maven, once, one to two minutes with downloads; log: ${logFile}`);
  const command = ['mvn', '-q', '-B', '-f', join(workspace.druidProject, 'pom.xml'), 'package'];
  await runTool({ name: 'building the local Druid', command, logFile, ...building });
  stamp.write(sources);
}

function stampOf(workspace: Workspace) {
  return stampFile(join(workspace.druidProject, 'target/stamp'));
}

function sourcesHash(workspace: Workspace): string {
  return hashOf(['pom.xml', 'jvm.args', 'src'].map((name) => join(workspace.druidProject, name)));
}

/** The jars of Maven's local repository, which somebody may have emptied. */
function jarsOf(program: DruidProgram): string[] {
  return existsSync(program.classpathFile) ? readFileSync(program.classpathFile, 'utf8').split(':') : [''];
}
