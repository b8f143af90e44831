/**
 * An upper bound of the probability that any two of `keys` different keys share a fingerprint of 128 bits: n^2 / 2^129, as text. For
 * input that was not made to collide.
 */
export function collisionBound(keys: number): string {
  return (keys ** 2 / 2 ** 129).toExponential(1);
}
