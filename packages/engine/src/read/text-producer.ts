/** Gives the text of a split, or of a range of it, into the kernel's memory, piece by piece. Windows are not its business. */
export interface TextProducer {
  /** So many bytes of text before `out` must still lie there when {@link fill} is called for more. */
  readonly historyBytes: number;
  /** What one call writes at most. */
  readonly fillBytes: number;
  /** What may be overwritten behind that. */
  readonly overshootBytes: number;
  /** In the stored split, of the byte that the next {@link fill} reads straight to its address; 0 if it does not do so. */
  readonly position: number;
  /** Of the first byte of text, in the decompressed split. Known once the first {@link fill} has answered. */
  readonly startOffset: number;
  /** True once nothing follows what the last {@link fill} gave. */
  readonly ended: boolean;
  /**
   * Writes text at the address `out`, and gives the address behind it: `out` itself only at the end. When it has to wait
   * it gives a promise, after which it is to be called again with the same address.
   */
  fill(out: number): number | Promise<void>;
  /** Gives memory back and closes the reader. @throws what the reader's `close` throws */
  close(): void | Promise<void>;
}
