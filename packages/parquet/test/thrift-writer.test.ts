import { expect, test } from 'vitest';
import { ThriftWriter } from '../src/format/thrift-writer.ts';

const hex = (write: (thrift: ThriftWriter) => void) => Buffer.from(ThriftWriter.encode(write)).toString('hex');

// The expected bytes are worked out by hand from thrift-compact-protocol.md.

test('integers are zigzag varints behind a header of field distance and type', () => {
  expect(hex((thrift) => thrift.i32(1, 0))).toBe('150000');
  expect(hex((thrift) => thrift.i32(1, -1))).toBe('150100');
  expect(hex((thrift) => thrift.i64(3, 64))).toBe('36800100');
  expect(hex((thrift) => thrift.i16(15, 150))).toBe('f4ac0200');
  expect(hex((thrift) => thrift.i64(1, 2 ** 40))).toBe('1680808080804000');
});

test('a field that lies far behind the last one is named in full', () => {
  expect(hex((thrift) => thrift.i32(16, 1))).toBe('05200200');
});

test('booleans are types', () => {
  expect(
    hex((thrift) => {
      thrift.boolean(7, true);
      thrift.boolean(8, false);
    }),
  ).toBe('711200');
});

test('strings are UTF-8 with their length', () => {
  expect(hex((thrift) => thrift.string(4, 'é'))).toBe('4802c3a900');
  expect(hex((thrift) => thrift.binary(1, new Uint8Array(200))).slice(0, 6)).toBe('18c801');
});

test('structs end with a zero and count their fields anew', () => {
  expect(
    hex((thrift) => {
      thrift.struct(5, () => thrift.i32(1, 1));
      thrift.i32(6, 1);
      thrift.emptyStruct(7);
    }),
  ).toBe('5c15020015021c0000');
});

test('lists say their size and type', () => {
  expect(hex((thrift) => thrift.i32s(2, [0, 1]))).toBe('2925000200');
  expect(hex((thrift) => thrift.strings(3, ['a']))).toBe('3918016100');
  expect(hex((thrift) => thrift.structs(1, [1, 2], (item) => thrift.i32(1, item)))).toBe('192c15020015040000');
  expect(
    hex((thrift) =>
      thrift.i32s(
        1,
        Array.from({ length: 15 }, () => 0),
      ),
    ),
  ).toBe(`19f50f${'00'.repeat(15)}00`);
});
