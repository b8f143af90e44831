import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningStack, stackUp } from '@hourmill/stack';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Druid of this test run; its tasks can read from the S3 server. Use a data source of your own. */
    readonly druid: { readonly coordinator: string; readonly overlord: string; readonly broker: string };
    /** The S3 server of this test run. Make a bucket of your own. */
    readonly s3: {
      readonly endpoint: string;
      readonly region: string;
      readonly accessKey: string;
      readonly secretKey: string;
    };
  }
}

const FOLDERS = join(import.meta.dirname, '../../.hourmill/integration');

let stack: RunningStack | undefined;

/** Starts one Druid and one S3 server for all integration tests. Their logs, named on standard error, stay. */
export async function setup(project: TestProject): Promise<void> {
  removeFoldersOfEarlierRuns();
  const dataDir = join(FOLDERS, String(process.pid));
  mkdirSync(dataDir, { recursive: true });
  stack = await stackUp({ services: ['druid', 's3'], dataDir });
  const { druid, s3 } = stack;
  if (!druid || !s3) throw new Error('stackUp did not start what it was asked for');
  const { endpoint, region, accessKeyId: accessKey, secretAccessKey: secretKey } = s3;
  project.provide('druid', { coordinator: druid.coordinator, overlord: druid.overlord, broker: druid.broker });
  project.provide('s3', { endpoint, region, accessKey, secretKey });
}

export async function teardown(): Promise<void> {
  await stack?.stop();
}

/** The last run's logs are for its reader; a run that still goes on keeps its folder. */
function removeFoldersOfEarlierRuns(): void {
  mkdirSync(FOLDERS, { recursive: true });
  for (const pid of readdirSync(FOLDERS).filter((name) => !isRunning(Number(name)))) {
    rmSync(join(FOLDERS, pid), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
