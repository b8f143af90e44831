import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileObjectStore, fileSource } from '@hourmill/objects';
import { temporaryFolder } from '../temporary.ts';
import { DurableState } from './durable-state.ts';
import type { Objects, Place, Places } from './place.ts';
import type { Process } from './process.ts';
import { fileSystemOf } from './process-file-system.ts';
import { syncFileSystem } from './sync-file-system.ts';

/** The real file store in folders of their own. */
export class FilePlaces implements Places {
  readonly name = 'files';
  readonly #folder = temporaryFolder();

  async place(world: string, objects: Objects): Promise<Place> {
    const root = join(this.#folder, randomUUID());
    for (const [key, bytes] of objects) {
      mkdirSync(dirname(join(root, key)), { recursive: true });
      writeFileSync(join(root, key), bytes);
    }
    return new FilePlace(root, join(this.#folder, 'input', world));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

class FilePlace implements Place {
  readonly store: Place['store'];
  readonly source: Place['source'];
  readonly #root: string;
  readonly #input: string;

  constructor(root: string, input: string) {
    this.#root = root;
    this.#input = input;
    this.store = fileObjectStore({ root, fileSystem: syncFileSystem });
    this.source = fileSource({
      paths: [join(input, '{HH}', '*.json')],
      window: { hoursBefore: 0, hoursAfter: 0 },
    });
  }

  async open(process: Process): ReturnType<Place['open']> {
    const fileSystem = fileSystemOf(process, syncFileSystem, new DurableState(`${this.#root}-attic`));
    return {
      store: fileObjectStore({ root: this.#root, fileSystem }),
      source: this.source,
      [Symbol.asyncDispose]: async () => {},
    };
  }

  async write(name: string, lines: readonly string[]): Promise<void> {
    const path = join(this.#input, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${lines.join('\n')}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const folder of [this.#root, `${this.#root}-attic`]) rmSync(folder, { recursive: true, force: true });
  }
}
