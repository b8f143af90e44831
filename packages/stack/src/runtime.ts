import { missingForDocker, missingForDruid } from './local-tools.ts';

export interface Runtime {
  /** How local servers can run here: as processes, in containers, or not at all. */
  readonly kind: 'java' | 'docker' | 'none';
  /** What speaks against the ways not taken, in order; empty for `java`. */
  readonly reasons: readonly string[];
}

/** Looks for Java 17 with a compiler and Maven, else for Docker with its compose plugin and an engine that answers. */
export async function detectRuntime(): Promise<Runtime> {
  const java = await missingForDruid();
  if (java.length === 0) return { kind: 'java', reasons: [] };
  const docker = await missingForDocker();
  return docker.length === 0 ? { kind: 'docker', reasons: java } : { kind: 'none', reasons: [...java, ...docker] };
}
