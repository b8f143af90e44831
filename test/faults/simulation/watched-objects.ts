import type { MemoryObjects } from '@hourmill/testkit';

type Stored = Parameters<MemoryObjects['set']>[1];

/** Objects of a store that tell of each change, before it is made. */
export class WatchedObjects extends Map<string, Stored> implements MemoryObjects {
  onChange: (key: string, bytes: Uint8Array | undefined) => void = () => {};

  override set(key: string, stored: Stored): this {
    this.onChange(key, stored.bytes);
    return super.set(key, stored);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.onChange(key, undefined);
    return super.delete(key);
  }
}
