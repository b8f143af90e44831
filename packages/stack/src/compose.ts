import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DruidAddress, druidAddress } from './druid-program.ts';
import type { InstallOptions } from './install-versitygw.ts';
import { runTool } from './run-tool.ts';
import { LOCAL_S3_KEYS, type S3Connection } from './s3-connection.ts';
import { stepsToStderr } from './step.ts';
import { findWorkspace } from './workspace.ts';

/** The ports that docker-compose.yml publishes on 127.0.0.1. */
export const COMPOSE_PORTS = { coordinator: 8081, broker: 8082, s3: 7070 } as const;

export interface ComposeStack {
  readonly druid: DruidAddress;
  readonly s3: S3Connection;
}

/**
 * Starts the services of docker-compose.yml and waits until they are healthy; they run until {@link composeDown}. `local`
 * input of tasks can name files under `warehouse`, an absolute folder that the containers see under the same path.
 * Throws HM_STACK_004 when Docker fails.
 */
export async function composeUp(options: InstallOptions & { readonly warehouse: string }): Promise<ComposeStack> {
  mkdirSync(options.warehouse, { recursive: true });
  await compose(['up', '--detach', '--wait'], options, { HOURMILL_WAREHOUSE: options.warehouse });
  return {
    druid: druidAddress(COMPOSE_PORTS),
    s3: { ...LOCAL_S3_KEYS, endpoint: `http://127.0.0.1:${COMPOSE_PORTS.s3}` },
  };
}

/** Stops and removes the containers. Their data stays in Docker's volumes. */
export async function composeDown(options: InstallOptions = {}): Promise<void> {
  await compose(['down'], options, {});
}

async function compose(args: string[], options: InstallOptions, env: Record<string, string>): Promise<void> {
  const { onStep = stepsToStderr, signal } = options;
  const { root, cache } = findWorkspace();
  const logFile = join(cache, 'docker-compose.log');
  onStep(`docker compose ${args.join(' ')}; log: ${logFile}`);
  await runTool({
    name: `docker compose ${args[0]}`,
    command: ['docker', 'compose', '--file', join(root, 'docker-compose.yml'), ...args],
    env,
    logFile,
    onStep,
    ...(signal && { signal }),
  });
}
