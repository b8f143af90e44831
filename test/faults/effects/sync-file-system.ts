import * as fs from 'node:fs';
import type { FileSystem } from '@hourmill/objects';

/** The same system calls as node:fs/promises makes, at once instead of in another thread: thousands of cases take a tenth of the time. */
export const syncFileSystem: FileSystem = {
  open: async (path, flags) => {
    const descriptor = fs.openSync(path, flags);
    return {
      read: async (into, at, length, position) => ({
        bytesRead: fs.readSync(descriptor, into, at, length, position),
      }),
      writeFile: async (bytes) => fs.writeFileSync(descriptor, bytes),
      sync: async () => fs.fsyncSync(descriptor),
      stat: async () => fs.fstatSync(descriptor),
      close: async () => fs.closeSync(descriptor),
    };
  },
  readFile: async (path) => fs.readFileSync(path),
  stat: async (path) => fs.statSync(path),
  readdir: async (path) => fs.readdirSync(path, { withFileTypes: true }),
  mkdir: async (path) => fs.mkdirSync(path, { recursive: true }),
  link: async (path, newPath) => fs.linkSync(path, newPath),
  rename: async (path, newPath) => fs.renameSync(path, newPath),
  unlink: async (path) => fs.unlinkSync(path),
};
