import type { Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';

/** The system calls that a file store makes, so that a test can count them and let each of them fail. Failures are the system's. */
export interface FileSystem {
  /** `wx` makes a file that is not there yet. */
  open(path: string, flags: 'r' | 'wx'): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  /** Of the file behind symbolic links. */
  stat(path: string): Promise<FileFacts>;
  readdir(path: string): Promise<readonly Dirent[]>;
  /** Makes the folder and those above it, and returns the first one made; undefined when all are there. */
  mkdir(path: string): Promise<string | undefined>;
  link(path: string, newPath: string): Promise<void>;
  rename(path: string, newPath: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

export interface OpenFile {
  /** Gives fewer bytes than `length` at the end of the file, and wherever the system likes. */
  read(into: Uint8Array, at: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  writeFile(bytes: Uint8Array): Promise<void>;
  /** `fsync`: of a folder it makes the names in it durable. */
  sync(): Promise<void>;
  stat(): Promise<FileFacts>;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

export const nodeFileSystem: FileSystem = {
  open,
  readFile: (path) => readFile(path),
  stat: (path) => stat(path),
  readdir: (path) => readdir(path, { withFileTypes: true }),
  mkdir: (path) => mkdir(path, { recursive: true }),
  link,
  rename,
  unlink,
};
