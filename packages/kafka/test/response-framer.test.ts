import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ResponseFramer } from '../src/client/response-framer.ts';

/** An answer as it travels. */
function framed(id: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 4);
  head.writeInt32BE(id, 4);
  return Buffer.concat([head, body]);
}

/** The framer that a socket writes to, and the answers that it has cut out so far. */
function collecting(): { framer: ResponseFramer; received: [number, Buffer][] } {
  const received: [number, Buffer][] = [];
  const framer = new ResponseFramer({
    allocate: (_, bytes) => new Uint8Array(bytes),
    received: (id, body) => received.push([id, Buffer.from(body)]),
  });
  return { framer, received };
}

/** As the system does: fills as much of the target as has come. */
function deliver(framer: ResponseFramer, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const target = framer.target();
    expect(target.length).toBeGreaterThan(0);
    const piece = bytes.subarray(at, at + target.length);
    target.set(piece);
    framer.filled(piece.length);
    at += piece.length;
  }
}

test('answers arrive whole and in order, however the bytes are cut', () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(3_000), fc.integer({ min: 65_000, max: 200_000 })), {
    maxLength: 8,
  });
  const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100_000 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(sizes, cuts, fc.boolean(), (bodySizes, pieces, isOwnMemory) => {
      const bodies = bodySizes.map((size, id) => Buffer.alloc(size, id + 1));
      const stream = Buffer.concat(bodies.map((body, id) => framed(id, body)));
      const { framer, received } = collecting();
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const piece = stream.subarray(at, at + (pieces[turn % pieces.length] ?? 1));
        if (isOwnMemory) framer.write(piece);
        else deliver(framer, piece);
        at += piece.length;
      }
      expect(received.map(([id]) => id)).toEqual(bodies.keys().toArray());
      expect(received.every(([id, body]) => body.equals(bodies[id] ?? Buffer.alloc(0)))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a large answer goes right to its memory but for its start', () => {
  const memory = new Uint8Array(300_000);
  const framer = new ResponseFramer({ allocate: () => memory, received: () => {} });
  deliver(framer, framed(7, Buffer.alloc(memory.length, 1)).subarray(0, 100));
  const target = framer.target();
  expect([target.buffer, target.byteOffset, target.length]).toEqual([memory.buffer, 92, memory.length - 92]);
});

test.each([Buffer.from('HTTP/1.1 400 Bad Request'), Buffer.from([0, 0, 0, 3, 0, 0, 0, 0])])(
  'what is no answer of Kafka is refused',
  (bytes) => {
    const { framer } = collecting();
    expect(() => framer.write(bytes)).toThrow(/no Kafka/);
  },
);
