import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { detectRuntime } from '../src/runtime.ts';
import { temporaryFolder } from './temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Makes these the only programs of the PATH; each prints its text, or fails when it has none. */
function onlyPrograms(programs: Record<string, string | null>): void {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(programs)) {
    const file = join(folder, name);
    writeFileSync(file, text === null ? '#!/bin/sh\nexit 1\n' : `#!/bin/sh\necho '${text}' >&2\n`);
    chmodSync(file, 0o755);
  }
  vi.stubEnv('PATH', folder);
  vi.stubEnv('JAVA_HOME', undefined);
}

const jdk = { java: 'openjdk version "17.0.15" 2025-04-15', javac: 'javac 17.0.15' };
const mvn = 'Apache Maven 3.8.7';

test('Java 17 with its compiler and Maven is the way to go', async () => {
  onlyPrograms({ ...jdk, mvn });
  expect(await detectRuntime()).toEqual({ kind: 'java', reasons: [] });
});

test.each([
  [{ java: 'openjdk version "11.0.2"', javac: 'javac 11.0.2', mvn }, ['Java 11 is older than 17']],
  [{ java: 'java version "1.8.0_402"', mvn }, ['Java 1 is older than 17']],
  [{ java: jdk.java, mvn }, ["Java's compiler is not installed (a JDK has it, a JRE has not)"]],
  [jdk, ['Maven is not installed']],
  [{}, ['Java is not installed', 'Maven is not installed']],
])('without them Docker is, and what is missing is said: %j', async (programs, reasons) => {
  onlyPrograms({ ...programs, docker: 'Docker version 28' });
  expect((await detectRuntime()).reasons.slice(0, reasons.length)).toEqual(reasons);
});

test('Docker counts when its plugin and its engine answer', async () => {
  onlyPrograms({ mvn, docker: '28' });
  expect((await detectRuntime()).kind).toBe('none');
  onlyPrograms({ mvn, docker: '28.2.2 Docker version' });
  expect((await detectRuntime()).kind).toBe('docker');
});

test('a machine with nothing hears what to install', async () => {
  onlyPrograms({});
  expect(await detectRuntime()).toEqual({
    kind: 'none',
    reasons: ['Java is not installed', 'Maven is not installed', 'Docker is not installed'],
  });
});
