import { fingerprintsKey, type SidecarFile, sha256 } from '@hourmill/core';
import { encodeFingerprintFile, fileOf } from './fingerprint-file.ts';
import { KEY_BYTES, viewOf } from './key-bytes.ts';
import { type FingerprintLayout, fingerprintLayout } from './layout.ts';

/**
 * A set of fingerprints as the files that hold it; none for no key.
 * @param prefix of the run's files
 * @param keys sorted and distinct: 16 bytes each, h1 then h2, little-endian
 */
export function* fingerprintFiles(
  prefix: string,
  keys: Uint8Array,
): Generator<{ file: SidecarFile; bytes: Uint8Array }> {
  if (keys.length === 0) return;
  const layout = fingerprintLayout(keys.length / KEY_BYTES);
  const view = viewOf(keys);
  let from = 0;
  for (let index = 0; index < 2 ** layout.fileBits; index++) {
    const to = endOfFile(layout, index, view, from);
    const bytes = encodeFingerprintFile(layout, index, keys.subarray(from, to));
    yield { file: sidecarOf(fingerprintsKey(prefix, index), bytes, (to - from) / KEY_BYTES), bytes };
    from = to;
  }
}

/** Where the keys of the next file begin: sorted keys are searched by halves. */
function endOfFile(layout: FingerprintLayout, index: number, keys: DataView, from: number): number {
  let [low, high] = [from / KEY_BYTES, keys.byteLength / KEY_BYTES];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fileOf(layout, keys.getUint32(middle * KEY_BYTES + 4, true)) <= index) low = middle + 1;
    else high = middle;
  }
  return low * KEY_BYTES;
}

function sidecarOf(path: string, bytes: Uint8Array, rows: number): SidecarFile {
  return { kind: 'fingerprints', path, bytes: bytes.length, sha256: sha256(bytes), algorithm: 'hm1', rows };
}
