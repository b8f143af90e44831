// What a control record says (KIP-98, "Control Messages"), from its key: version i16, type i16, big-endian; a later version may
// have more behind them. Reads the key; writes nothing.
import { CONTROL_KEY } from './answers';
import { bigI16 } from './batch-header';

const TYPE: usize = 2;
const KEY_BYTES: i32 = 4;

/** 0 abort, 1 commit, other types as they are; CONTROL_KEY (< 0) when the key is too short or a number in it negative. */
export function controlType(keyAt: usize, keyLength: i32): i32 {
  if (keyLength < KEY_BYTES) return CONTROL_KEY;
  const type = bigI16(keyAt + TYPE);
  return bigI16(keyAt) < 0 || type < 0 ? CONTROL_KEY : type;
}
