import { rmSync } from 'node:fs';
import { type RunningStack, stackUp } from '@hourmill/stack';
import type { TestProject } from 'vitest/node';
// Declares what is provided.
import type {} from '../../integration/servers.ts';
import { temporaryFolder } from '../temporary.ts';

let stack: RunningStack | undefined;
const dataDir = temporaryFolder();

/** One S3 server for all tests of faults that need no Druid. */
export async function setup(project: TestProject): Promise<void> {
  stack = await stackUp({ services: ['s3'], dataDir });
  if (!stack.s3) throw new Error('stackUp did not start what it was asked for');
  const { endpoint, region, accessKeyId: accessKey, secretAccessKey: secretKey } = stack.s3;
  project.provide('s3', { endpoint, region, accessKey, secretKey });
}

export async function teardown(): Promise<void> {
  await stack?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
