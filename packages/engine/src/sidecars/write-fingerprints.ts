import { fingerprintsKey, invariant, type SidecarFile, type StageOneRequest, sha256 } from '@hourmill/core';
import { fingerprintBodyAt, fingerprintLayout, sealFingerprintFile } from '@hourmill/sidecar';
import type { Crew } from '../crew/crew.ts';
import { FINGERPRINT_BYTES } from '../spill/event-spill.ts';
import type { KeyDump } from './key-dumps.ts';
import { cutSections, type EncodedSection, type KeySections, rangeInDump } from './key-sections.ts';

/**
 * Sorts the keys of all workers and writes them, file by file: one is in memory at a time. The bytes are a function of the set of keys.
 * @param keys how many there are: one for each kept record
 */
export async function writeFingerprints(crew: Crew, request: StageOneRequest, keys: number): Promise<SidecarFile[]> {
  const dumps = (await crew.all((stage) => stage.shareKeys())).flat();
  invariant(keysIn(dumps, 0, 0) === keys, 'each kept record has a key of its own');
  if (keys === 0) return [];
  const sections = cutSections(fingerprintLayout(keys), keys, dumps);
  await crew.all((stage) => stage.takeKeys(sections));
  const files: SidecarFile[] = [];
  for (let index = 0; index < 2 ** sections.layout.fileBits; index++) {
    files.push(await writeFile(crew, request, sections, index));
  }
  await crew.all((stage) => stage.forgetKeys());
  return files;
}

async function writeFile(
  crew: Crew,
  { store, prefix, signal }: StageOneRequest,
  sections: KeySections,
  index: number,
): Promise<SidecarFile> {
  const { layout, bits, dumps } = sections;
  const perFile = 2 ** (bits - layout.fileBits);
  const numbers = Array.from({ length: perFile }, (_, section) => index * perFile + section);
  const bodyAt = fingerprintBodyAt(layout);
  const room = bodyAt + layout.suffixBytes * keysIn(dumps, layout.fileBits, index);
  const file = new Uint8Array(room);
  const counts = new Uint32Array(2 ** layout.bucketBits);
  let end = bodyAt;
  let buckets = 0;
  for await (const section of crew.each(numbers, (stage, number) => stage.encodeKeys(number))) {
    put(section);
  }
  const bytes = file.subarray(0, end);
  sealFingerprintFile(layout, index, counts, bytes);
  const path = fingerprintsKey(prefix, index);
  await store.put(path, bytes, signal);
  const rows = (end - bodyAt) / layout.suffixBytes;
  return { kind: 'fingerprints', path, bytes: bytes.length, sha256: sha256(bytes), algorithm: 'hm1', rows };

  function put(section: EncodedSection): void {
    file.set(section.bytes, end);
    end += section.bytes.length;
    counts.set(section.counts, buckets);
    buckets += section.counts.length;
  }
}

/** The keys whose first `bits` bits are `prefix`, at most: exactly, unless keys were dumped by fewer bits. */
function keysIn(dumps: readonly KeyDump[], bits: number, prefix: number): number {
  return dumps.reduce((sum, dump) => sum + rangeInDump(dump, bits, prefix).bytes, 0) / FINGERPRINT_BYTES;
}
