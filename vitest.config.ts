import { defineConfig } from 'vitest/config';
// Tests run the command as users do: built, from the sources as they are now.
import './scripts/build-for-tests.mjs';

/**
 * `unit` needs nothing but Node, and is all that `npm run check` has time for; `engines` compares the engines over many hours;
 * `simulation` plays many runs at once in one process, over fakes; `faults` breaks every effect of a run, over files and a real S3 server;
 * `integration` starts real servers once and shares them.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line-reporter.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['packages/*/test/**/*.test.ts', 'test/repo/*.test.ts'], testTimeout: 30_000 },
      },
      {
        extends: true,
        test: { name: 'engines', include: ['test/engines/*.test.ts'], testTimeout: 300_000 },
      },
      {
        extends: true,
        test: { name: 'simulation', include: ['test/faults/simulation/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/{effects,s3,disk}/*.test.ts'],
          globalSetup: ['test/faults/s3/servers.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/faults/kills/*.test.ts'],
          globalSetup: ['test/integration/servers.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
