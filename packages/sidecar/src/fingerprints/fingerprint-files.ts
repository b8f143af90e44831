import { fingerprintsKey, type SidecarFile, sha256 } from '@hourmill/core';
import { encodeFingerprintFile, fileOf } from './fingerprint-file.ts';
import { KEY_BYTES, viewOf } from './key-bytes.ts';
import { fingerprintLayout } from './layout.ts';

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
    let to = from;
    while (to < keys.length && fileOf(layout, view.getUint32(to + 4, true)) === index) to += KEY_BYTES;
    const bytes = encodeFingerprintFile(layout, index, keys.subarray(from, to));
    yield { file: sidecarOf(fingerprintsKey(prefix, index), bytes, (to - from) / KEY_BYTES), bytes };
    from = to;
  }
}

function sidecarOf(path: string, bytes: Uint8Array, rows: number): SidecarFile {
  return { kind: 'fingerprints', path, bytes: bytes.length, sha256: sha256(bytes), algorithm: 'hm1', rows };
}
