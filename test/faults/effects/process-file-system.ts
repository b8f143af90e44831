import { basename } from 'node:path';
import type { FileSystem, OpenFile } from '@hourmill/objects';
import type { DurableState } from './durable-state.ts';
import type { Process } from './process.ts';

/** The system calls of one process, each of them an effect: what they changed is remembered until it is made durable. */
export function fileSystemOf(process: Process, system: FileSystem, durable: DurableState): FileSystem {
  process.onPowerCut = () => durable.cutPower();
  const call = <T>(name: string, act: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> =>
    process.effect(name, act, systemError, half);
  /** A file whose opener is gone is closed by the system. */
  const openFile = async (name: string, act: () => Promise<OpenFile>): Promise<OpenFile> => {
    let opened: OpenFile | undefined;
    try {
      return await call(name, async () => {
        opened = await act();
        return opened;
      });
    } catch (error) {
      await opened?.close().catch(() => {});
      throw error;
    }
  };
  return {
    open: (path, flags) =>
      openFile(`open ${nameOf(path)} ${flags}`, async () => {
        const file = await system.open(path, flags);
        if (flags === 'wx') durable.made(path);
        return openFileOf(call, file, path, durable);
      }),
    readFile: (path) => call(`readFile ${nameOf(path)}`, () => system.readFile(path)),
    stat: (path) => call(`stat ${nameOf(path)}`, () => system.stat(path)),
    readdir: (path) => call(`readdir ${nameOf(path)}`, () => system.readdir(path)),
    mkdir: (path) =>
      call(`mkdir ${nameOf(path)}`, async () => {
        const firstMade = await system.mkdir(path);
        durable.madeFolders(firstMade, path);
        return firstMade;
      }),
    link: (path, newPath) =>
      call(`link ${nameOf(newPath)}`, async () => {
        await system.link(path, newPath);
        durable.linked(path, newPath);
      }),
    rename: (path, newPath) =>
      call(`rename ${nameOf(newPath)}`, async () => {
        durable.beforeRename(path, newPath);
        await system.rename(path, newPath);
      }),
    unlink: (path) =>
      call(`unlink ${nameOf(path)}`, async () => {
        durable.beforeUnlink(path);
        await system.unlink(path);
      }),
  };
}

type Call = <T>(name: string, act: () => Promise<T>, half?: () => Promise<unknown>) => Promise<T>;

function openFileOf(call: Call, file: OpenFile, path: string, durable: DurableState): OpenFile {
  const name = nameOf(path);
  return {
    read: (into, at, length, position) => call(`read ${name}`, () => file.read(into, at, length, position)),
    writeFile: (bytes) =>
      call(
        `write ${name}`,
        () => file.writeFile(bytes),
        () => file.writeFile(bytes.subarray(0, bytes.length >> 1)),
      ),
    sync: () =>
      call(`fsync ${name}`, async () => {
        await file.sync();
        durable.synced(path);
      }),
    stat: () => call(`fstat ${name}`, () => file.stat()),
    // Of a process that is gone the system closes all files.
    close: async () => {
      try {
        await call(`close ${name}`, async () => {});
      } finally {
        await file.close();
      }
    },
  };
}

/** Temporary names differ from run to run. */
function nameOf(path: string): string {
  const name = basename(path);
  return name.startsWith('.hourmill-tmp-') ? 'temporary file' : name;
}

function systemError(name: string): Error {
  return Object.assign(new Error(`EIO: cut at ${name}`), { code: 'EIO', errno: -5 });
}
