import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { groupMembers, identify } from '../src/process-table.ts';
import { waitUntilReady } from '../src/ready.ts';
import { launch } from '../src/server-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const never = async () => false;
/** Ends only by force. */
const STUBBORN = ['node', '-e', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'];

function logFile(): string {
  return join(temporaryFolder(), 'server.log');
}

test.each([false, true])('what runs is recorded in the log, with its end (detached: %s)', async (detached) => {
  const log = logFile();
  const server = await launch({
    name: 'it',
    command: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
    logFile: log,
    detached,
  });
  expect(await server.exited).toEqual({ code: 3, signal: null });
  expect(readFileSync(log, 'utf8')).toBe('out\nerr\n');
  expect(groupMembers(server.identity.pid)).toEqual([]);
});

test.each([false, true])('stop leaves no process of the group (detached: %s)', async (detached) => {
  const server = await launch({
    name: 'it',
    command: ['sh', '-c', 'sleep 100 & sleep 100'],
    logFile: logFile(),
    detached,
  });
  await server.stop();
  await server.exited;
  expect(groupMembers(server.identity.pid)).toEqual([]);
  await server.stop();
});

test.each([false, true])('stop uses force where asking does not help (detached: %s)', async (detached) => {
  const log = logFile();
  const server = await launch({ name: 'it', command: STUBBORN, logFile: log, detached });
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toBe('up\n'), { timeout: 20_000 });
  await server.stop(100);
  expect(groupMembers(server.identity.pid)).toEqual([]);
});

test('a program that is not there is a coded error', async () => {
  const command = ['/nowhere/at/all'];
  await expect(launch({ name: 'it', command, logFile: logFile(), detached: true })).rejects.toMatchObject({
    code: 'HM_STACK_002',
    message: expect.stringContaining('/nowhere/at/all'),
  });
});

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('a server ends with its starter, who gets %s', async (signal) => {
  const fixture = join(import.meta.dirname, 'fixtures/parent.ts');
  // Two processes, so that the group is seen to end, not only its first.
  const command = ['sh', '-c', 'sleep 100 & sleep 100'];
  const parent = spawn(process.execPath, [fixture, logFile(), ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(parent.stdout, 'data');
  const group = Number(String(line));
  expect(identify(group)).not.toBeNull();
  parent.kill(signal);
  await vi.waitFor(() => expect(groupMembers(group)).toEqual([]), { timeout: 20_000 });
});

test('a start that fails shows what the server said last, without the frames of stack traces', async () => {
  const script = 'echo first; echo "java.net.BindException: in use"; printf "\\tat a.b.C.run(C.java:1)\\n"; exit 1';
  const server = await launch({ name: 'Druid', command: ['sh', '-c', script], logFile: logFile() });
  const failure = await waitUntilReady(server, { probe: never, timeoutMs: 60_000 }).catch((error) => error);
  expect(failure).toMatchObject({ code: 'HM_STACK_002', context: { logFile: server.logFile } });
  expect(failure.message).toContain('Druid ended with code 1');
  expect(failure.message).toContain('  first\n  java.net.BindException: in use');
  expect(failure.message).not.toContain('C.java');
});

test('a start that takes too long is ended', async () => {
  const server = await launch({ name: 'Druid', command: ['sleep', '100'], logFile: logFile() });
  await expect(waitUntilReady(server, { probe: never, timeoutMs: 10 })).rejects.toMatchObject({ code: 'HM_STACK_002' });
  expect(groupMembers(server.identity.pid)).toEqual([]);
});

test('a start that is aborted ends the server and throws the reason', async () => {
  const server = await launch({ name: 'Druid', command: ['sleep', '100'], logFile: logFile() });
  const signal = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(waitUntilReady(server, { probe: never, timeoutMs: 60_000, signal })).rejects.toThrow('Ctrl-C');
  expect(groupMembers(server.identity.pid)).toEqual([]);
});

test('an answer of somebody else does not make a dead server ready', async () => {
  const server = await launch({ name: 'Druid', command: ['true'], logFile: logFile() });
  await server.exited;
  const ready = waitUntilReady(server, { probe: async () => true, timeoutMs: 60_000 });
  await expect(ready).rejects.toMatchObject({ code: 'HM_STACK_002' });
});
