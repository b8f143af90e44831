/** What Kafka knows of a message besides its value. Plain data. */
export interface MessageFacts {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970: of the producer or the broker, as the topic says. Not exact beyond 2^53. */
  readonly timestampMs: number;
  /** Null as well when no field is of the key. */
  readonly key: Uint8Array | null;
  /** In their order; those with a name that is no valid UTF-8, which no field can be of, may be missing. None when no field is of one. */
  readonly headers: readonly MessageHeader[];
  /** Its value is null: the record has no bytes. */
  readonly isTombstone: boolean;
}

export interface MessageHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}
