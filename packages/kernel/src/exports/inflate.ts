/** What the module exports of `assembly/inflate`. */
export interface InflateExports {
  /** Begins a gzip stream; its handle for the calls below. Any number of them may be under way. */
  inflateOpen(): number;
  /** Gives its memory back. */
  inflateClose(stream: number): void;
  /**
   * Goes on with a stream: takes input from `[input, inputEnd)` and writes text at `output`, until that has passed
   * `outputLimit`. The `INFLATE.windowBytes` before `output` must be the stream's last text, as far as there is so much;
   * `INFLATE.overshootBytes` behind `outputLimit` may be written. `isEnd`: nothing follows this input, and
   * `INFLATE.endBytes` zeros lie behind it.
   * Gives `INFLATE.ended`, `needsInput` or `outputFull`, or below 0 an index of {@link INFLATE_DAMAGE}.
   */
  inflate(stream: number, input: number, inputEnd: number, isEnd: number, output: number, outputLimit: number): number;
  /** After `inflate`: the first byte of input that was not taken. What is left must come again, with more behind it. */
  inflateInput(stream: number): number;
  /** After `inflate`: the address behind the text. */
  inflateOutput(stream: number): number;
  /** The CRC-32 of `length` bytes behind those whose CRC is `before` (0: none). Signed: `>>> 0` gives the usual number. */
  crc32(before: number, at: number, length: number): number;
}

/** The answers of `inflate` other than damage, and what it needs around its buffers. */
export const INFLATE = {
  /** The input ended behind a member. */
  ended: 0,
  /** `minInputBytes` are always enough to go on. */
  needsInput: 1,
  outputFull: 2,
  minInputBytes: 1024,
  endBytes: 1024,
  windowBytes: 32768,
  overshootBytes: 352,
} as const;

/** What is wrong with the input, by the answer of `inflate`. */
export const INFLATE_DAMAGE: Readonly<Record<number, string>> = {
  [-1]: 'it ends too early',
  [-2]: 'it has no gzip header where one is due',
  [-3]: 'the CRC of a header does not fit',
  [-4]: 'a block is of an unknown type',
  [-5]: 'the length of a stored block is damaged',
  [-6]: 'the codes of a block are damaged',
  [-7]: 'a code for a literal or length is bad',
  [-8]: 'a code for a distance is bad',
  [-9]: 'a distance goes too far back',
  [-10]: 'its CRC does not fit',
  [-11]: 'its size does not fit',
};
