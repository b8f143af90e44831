import { describe, expect, test } from 'vitest';
import { messageParts } from '../src/producer/message-fields.ts';

function parts(record: string, ...key: string[]) {
  return messageParts(Buffer.from(record), { key, timestamp: ['t'] });
}

describe('the key of a message', () => {
  test.each([
    ['{"id":"a"}', 'a'],
    ['{"id":""}', ''],
    ['{"id":9007199254740993}', '9007199254740993'],
    ['{"id":1.50}', '1.50'],
    ['{"id":true}', 'true'],
  ])('%s is %j', (record, key) => {
    expect(parts(record, 'id')).toEqual({ key });
  });

  test.each(['{"id":null}', '{"id":{}}', '{"id":["a"]}', '{}', '[1]', 'null', 'no json'])('%s has none', (record) => {
    expect(parts(record, 'id')).toEqual({});
  });

  test('lies in nested objects, never in what every object has', () => {
    expect(parts('{"a":{"b":"c"}}', 'a', 'b')).toEqual({ key: 'c' });
    expect(parts('{"a":{}}', 'a', 'constructor', 'name')).toEqual({});
  });
});

describe('the time of a message', () => {
  test.each([
    ['"2026-11-22T10:00:00.5Z"', '1795341600500'],
    ['1795341600500', '1795341600500'],
    ['"1795341600500"', '1795341600500'],
  ])('%s', (time, timestamp) => {
    expect(parts(`{"t":${time}}`, 'id')).toEqual({ timestamp });
  });

  test.each(['null', '"soon"', '1e300', '-1', '"10:00"', 'true'])('%s is none: the time of sending counts', (time) => {
    expect(parts(`{"t":${time}}`, 'id')).toEqual({});
  });
});

test('without fields a message is not looked into', () => {
  expect(messageParts(Buffer.from('{"id":1}'), {})).toEqual({});
});
