// Powers of ten, exact.

const AS_DOUBLE = memory.data<f64>(
  [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ],
  16,
);
const AS_INTEGER = memory.data<u64>(
  [
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
    10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
    10000000000000000000,
  ],
  16,
);

/** Every power up to this one is a double. */
export const MAX_EXACT_POWER: i32 = 22;
/** Every power up to this one fits into 64 bits without a sign. */
export const MAX_INTEGER_POWER: i32 = 19;

/** 10^exponent, 0 to 22. */
// @ts-ignore: decorator
@inline
export function doublePower(exponent: i32): f64 {
  return load<f64>(AS_DOUBLE + 8 * <usize>exponent);
}

/** 10^exponent, 0 to 19. */
// @ts-ignore: decorator
@inline
export function integerPower(exponent: i32): u64 {
  return load<u64>(AS_INTEGER + 8 * <usize>exponent);
}
