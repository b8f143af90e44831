import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identify, type ProcessIdentity } from '../src/process-table.ts';
import { stackDown, stackStatus, stackUp } from '../src/stack.ts';
import { isInUse, readState, type S3Record, type StackState, stateFile, writeState } from '../src/stack-state.ts';
import { temporaryFolder } from './temporary-folder.ts';

function ourselves(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === null) throw new Error('we do not exist');
  return identity;
}

async function deadProcess(): Promise<ProcessIdentity> {
  const child = spawn('sleep', ['100']);
  const identity = identify(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  if (identity === null) throw new Error('it never lived');
  return identity;
}

function s3Record(process: ProcessIdentity | null): S3Record {
  const keys = { region: 'r', accessKeyId: 'a', secretAccessKey: 's' };
  return { process, ports: { s3: 1 }, endpoint: 'http://127.0.0.1:1', logFile: '/s3.log', ...keys };
}

function state(owner: ProcessIdentity | null, s3: ProcessIdentity | null): StackState {
  return { version: 1, id: 'x', owner, services: { s3: s3Record(s3) } };
}

describe('a folder', () => {
  test('is in use while its owner lives, even before a server does', () => {
    expect(isInUse(state(ourselves(), null))).toBe(true);
  });

  test('is in use while a server of it lives, even without an owner', async () => {
    expect(isInUse(state(null, ourselves()))).toBe(true);
    expect(isInUse(state(await deadProcess(), ourselves()))).toBe(true);
  });

  test('is free when all have ended', async () => {
    expect(isInUse(state(await deadProcess(), await deadProcess()))).toBe(false);
  });

  test('is free when another process has got the id of its server', () => {
    expect(isInUse(state(null, { ...ourselves(), birth: 'another time' }))).toBe(false);
  });
});

describe('stack.json', () => {
  test('reads as it was written, and leaves nothing beside it', () => {
    const folder = temporaryFolder();
    const written = state(ourselves(), null);
    writeState(stateFile(folder), written);
    expect(readState(stateFile(folder))).toEqual(written);
    expect(readdirSync(folder)).toEqual(['stack.json']);
  });

  test('is readable by its owner alone, because of the keys', () => {
    const file = stateFile(temporaryFolder());
    writeState(file, state(null, null));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each(['{"version": 2}', '{"ver', ''])('is not guessed at: %j', (text) => {
    const folder = temporaryFolder();
    writeFileSync(stateFile(folder), text);
    expect(() => readState(stateFile(folder))).toThrowError(expect.objectContaining({ code: 'HM_STACK_003' }));
  });
});

describe('commands on a folder', () => {
  test('up refuses one that is in use, and leaves its state alone', async () => {
    const dataDir = temporaryFolder();
    const taken = state(ourselves(), null);
    writeState(stateFile(dataDir), taken);
    await expect(stackUp({ services: ['s3'], dataDir, onStep: () => {} })).rejects.toMatchObject({
      code: 'HM_STACK_003',
      message: expect.stringContaining('hourmill stack down'),
    });
    expect(readState(stateFile(dataDir))).toEqual(taken);
  });

  test('up frees the folder again when it was aborted', async () => {
    const dataDir = temporaryFolder();
    const signal = AbortSignal.abort(new Error('stop it'));
    await expect(stackUp({ services: ['s3'], dataDir, signal, onStep: () => {} })).rejects.toThrow('stop it');
    expect(readdirSync(dataDir).filter((name) => name.startsWith('stack'))).toEqual([]);
  });

  test('status tells a server that lives from one that has ended', async () => {
    const dataDir = temporaryFolder();
    writeState(stateFile(dataDir), state(null, ourselves()));
    expect(stackStatus({ dataDir }).services.s3).toMatchObject({ running: true, endpoint: 'http://127.0.0.1:1' });
    writeState(stateFile(dataDir), state(null, await deadProcess()));
    expect(stackStatus({ dataDir }).services.s3).toMatchObject({ running: false });
  });

  test('status and down say nothing of an empty folder', async () => {
    const dataDir = temporaryFolder();
    expect(stackStatus({ dataDir }).services).toEqual({});
    expect(await stackDown({ dataDir })).toEqual([]);
  });

  test('down ends the server and forgets it', async () => {
    const dataDir = temporaryFolder();
    const server = spawn('sleep', ['100'], { detached: true });
    writeState(stateFile(dataDir), state(null, identify(server.pid ?? 0)));
    const ended = once(server, 'exit');
    expect(await stackDown({ dataDir })).toEqual(['s3']);
    expect((await ended)[1]).toBe('SIGTERM');
    expect(existsSync(join(dataDir, 'stack.json'))).toBe(false);
  });

  test('down touches no process that only has the id of the server', async () => {
    const dataDir = temporaryFolder();
    const stranger = spawn('sleep', ['100'], { detached: true });
    const pid = stranger.pid ?? 0;
    writeState(stateFile(dataDir), state(null, { pid, birth: 'another time' }));
    expect(await stackDown({ dataDir })).toEqual([]);
    expect(identify(pid)).not.toBeNull();
    stranger.kill();
    await once(stranger, 'exit');
  });
});
