import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HourmillError } from '@hourmill/core';
import { withLock } from './build-lock.ts';
import type { InstallOptions } from './install-versitygw.ts';
import { runTool } from './run-tool.ts';
import { hashOf, stampFile } from './stamp.ts';
import { stepsToStderr } from './step.ts';
import { findWorkspace } from './workspace.ts';

/** A Maven project of the source tree, which leaves what it makes in its folder `target`. */
export interface MavenProject {
  /** For messages: `Druid`. In small letters it names the lock and the log of a build. */
  readonly name: string;
  readonly folder: string;
  /** The files and folders under `folder` that a build is made from. */
  readonly sources: readonly string[];
  /** What a build makes beside the class path. */
  readonly jars: readonly string[];
  /** Made by a build: the jars of Maven's local repository, which somebody may have emptied since. */
  readonly classpathFile: string;
  /** What it is built with, for the message to who has it not. */
  readonly needs: string;
  /** Why it cannot be built here; empty when it can. */
  readonly missing: () => Promise<string[]>;
  /** How long a build takes, for who waits. */
  readonly takes: string;
}

/**
 * Builds a project if that was not done yet or its sources have changed. Several processes may call it at once: one
 * builds. Throws HM_STACK_001 when a tool is missing, HM_STACK_004 when the build fails.
 */
export async function buildByMaven(project: MavenProject, options: InstallOptions): Promise<void> {
  const { onStep = stepsToStderr, signal } = options;
  if (isUpToDate(project)) return;
  const { cache } = findWorkspace();
  const id = project.name.toLowerCase();
  const building = { onStep, ...(signal && { signal }) };
  await withLock(join(cache, `${id}.lock`), { doing: `building ${project.name}`, ...building }, async () => {
    if (!isUpToDate(project)) await build(project, join(cache, `${id}-build.log`), building);
  });
}

function isUpToDate(project: MavenProject): boolean {
  return stampOf(project).holds(sourcesHash(project)) && [...project.jars, ...libraries(project)].every(existsSync);
}

async function build(
  project: MavenProject,
  logFile: string,
  building: Required<Pick<InstallOptions, 'onStep'>> & InstallOptions,
): Promise<void> {
  const missing = await project.missing();
  if (missing.length > 0) {
    const need = `The local ${project.name} needs ${project.needs}`;
    throw new HourmillError('HM_STACK_001', `${need}: ${missing.join(', ')}. Install both, or use Docker`);
  }
  const sources = sourcesHash(project);
  const stamp = stampOf(project);
  stamp.remove();
  const name = `building the local ${project.name}`;
  building.onStep(`${name} with Maven, once, ${project.takes} with downloads; log: ${logFile}`);
  const command = ['mvn', '-q', '-B', '-f', join(project.folder, 'pom.xml'), 'package'];
  await runTool({ name, command, logFile, ...building });
  stamp.write(sources);
}

function stampOf(project: MavenProject) {
  return stampFile(join(project.folder, 'target/stamp'));
}

function sourcesHash(project: MavenProject): string {
  return hashOf(project.sources.map((name) => join(project.folder, name)));
}

function libraries({ classpathFile }: MavenProject): string[] {
  return existsSync(classpathFile) ? readFileSync(classpathFile, 'utf8').trim().split(delimiter) : [classpathFile];
}
