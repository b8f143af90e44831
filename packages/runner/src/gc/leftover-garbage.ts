import { doctorPrefix } from '@hourmill/core';
import { type Find, garbageOf, RELEASED, removable, type Search } from './search.ts';

/** What `doctor` and writes that were cut off have left: no ledger knows of it, and its age alone tells that nobody is at work. */
export async function* leftoverGarbage({
  context: { store },
  pipeline,
  beforeMs,
  signal,
}: Search): AsyncGenerator<Find> {
  for await (const object of store.list(doctorPrefix(pipeline), signal)) {
    if (object.modifiedMs > beforeMs) continue;
    const file = removable(store, object);
    const garbage = garbageOf('doctor', file.name, [file], 'hourmill doctor was stopped');
    yield { garbage, files: [file], spared: null, release: RELEASED };
  }
  for await (const file of store.leftovers?.(`${pipeline}/`, signal) ?? []) {
    if (file.modifiedMs > beforeMs) continue;
    const garbage = garbageOf('temporary', file.name, [file], 'a write was cut off');
    yield { garbage, files: [file], spared: null, release: RELEASED };
  }
}
