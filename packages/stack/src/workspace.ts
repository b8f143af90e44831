import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HourmillError } from '@hourmill/core';

/** Where things of the local servers lie. All paths are absolute. */
export interface Workspace {
  /** The root of the source tree, where docker-compose.yml lies. */
  readonly root: string;
  /** The Maven project of the local Druid. */
  readonly druidProject: string;
  /** The Maven project of the local Kafka, with its settings. */
  readonly kafkaProject: string;
  /** Built servers and build logs; may be deleted at any time that nothing runs. Not under version control. */
  readonly cache: string;
}

/**
 * Finds the source tree upwards of this module, which may be a source file or part of a bundle.
 * Throws HM_STACK_001 outside of a source tree: the local servers are for development and come with it alone.
 */
export function findWorkspace(): Workspace {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const druidProject = join(folder, 'packages/stack/druid');
    if (existsSync(join(druidProject, 'pom.xml'))) {
      const kafkaProject = join(folder, 'packages/stack/kafka');
      return { root: folder, druidProject, kafkaProject, cache: join(folder, '.hourmill/cache') };
    }
    if (folder === dirname(folder)) {
      throw new HourmillError('HM_STACK_001', "The local servers need Hourmill's source tree: clone the repository");
    }
  }
}
