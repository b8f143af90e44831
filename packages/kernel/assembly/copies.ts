// How decompressors copy what they write: by whole vectors, so up to an overshoot behind it, which is either written again or
// not part of the output. Inlined: over a call no vector stays in its register.

/** Copies `length` bytes of an input that ends at `inputEnd`; and up to 16 more, if the input has them. */
// @ts-ignore: decorator
@inline
export function copyLiterals(to: usize, from: usize, length: usize, inputEnd: usize): void {
  if (length + 16 <= inputEnd - from) {
    const end = to + length;
    do {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    } while (to < end);
  } else memory.copy(to, from, length);
}

/** Copies `length` bytes from `distance` (not 0) before, which may overlap what is written; and up to 48 more. */
// @ts-ignore: decorator
@inline
export function copyMatch(to: usize, distance: usize, length: usize): void {
  let from = to - distance;
  const end = to + length;
  if (distance >= 16) {
    // Most matches are no longer than this, so there is no branch on it.
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    if (length > 48) {
      to += 48;
      from += 48;
      do {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += 32;
        from += 32;
      } while (to < end);
    }
  } else if (distance >= 8) {
    do {
      store<u64>(to, load<u64>(from));
      to += 8;
      from += 8;
    } while (to < end);
  } else if (distance == 1) {
    const byte = i8x16.splat(load<i8>(from));
    do {
      v128.store(to, byte);
      to += 16;
    } while (to < end);
  } else {
    for (let i: usize = 0; i < 8; i++) store<u8>(to + i, load<u8>(from + i));
    // From here on the period's multiple that is at least 8 serves as well.
    to += 8;
    from = to - distance * ((7 + distance) / distance);
    while (to < end) {
      store<u64>(to, load<u64>(from));
      to += 8;
      from += 8;
    }
  }
}
