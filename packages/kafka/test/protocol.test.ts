import { describe, expect, test } from 'vitest';
import { type Api, negotiate } from '../src/protocol/api.ts';
import { apiVersions } from '../src/protocol/api-versions.ts';
import { fetch, maxFetchVersion } from '../src/protocol/fetch.ts';
import { isKafkaError, kafkaError } from '../src/protocol/kafka-errors.ts';
import { listOffsets, MAX_TIMESTAMP } from '../src/protocol/list-offsets.ts';
import { metadata, NO_TOPIC_ID } from '../src/protocol/metadata.ts';
import { WireReader } from '../src/protocol/wire-reader.ts';
import { WireWriter } from '../src/protocol/wire-writer.ts';

const TOPIC_ID = 'AAECAwQFBgcICQoLDA0ODw';
const TOPIC_ID_HEX = '000102030405060708090a0b0c0d0e0f';

function encoded<Request>(api: Api<Request, unknown>, request: Request, version: number): string {
  const writer = new WireWriter();
  api.encode(writer, request, version);
  return writer.finish().toString('hex');
}

function decoded<Response>(api: Api<never, Response>, hex: string, version: number): Response {
  return api.decode(new WireReader(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')), version);
}

const hex = (...fields: string[]) => fields.join('').replaceAll(' ', '');

describe('the types', () => {
  test('are read as they were written', () => {
    const writer = new WireWriter();
    writer.int64(-1);
    writer.int64(2 ** 53 - 1);
    writer.unsignedVarint(300);
    writer.compactString('ü'.repeat(1_000));
    writer.compactString(null);
    writer.uuid(TOPIC_ID);
    writer.boolean(true);
    const reader = new WireReader(writer.finish());
    expect([reader.int64(), reader.int64(), reader.unsignedVarint()]).toEqual([-1, 2 ** 53 - 1, 300]);
    expect([reader.compactString(), reader.nullableCompactString()]).toEqual(['ü'.repeat(1_000), null]);
    expect([reader.uuid(), reader.boolean()]).toEqual([TOPIC_ID, true]);
  });

  test('tags that nobody knows are skipped', () => {
    const reader = new WireReader(Buffer.from('02 05 02 aabb 09 01 cc 07'.replaceAll(' ', ''), 'hex'));
    const seen: number[] = [];
    reader.tags((tag) => seen.push(tag));
    expect([seen, reader.int8()]).toEqual([[5, 9], 7]);
  });

  test.each(['05616263', 'ffffffffff01'])('bytes that end too early are a RangeError: %s', (bytes) => {
    expect(() => new WireReader(Buffer.from(bytes, 'hex')).compactString()).toThrow(RangeError);
  });
});

describe('requests, byte for byte as https://kafka.apache.org/protocol has them', () => {
  test('Fetch by topic id', () => {
    const request = {
      ...{ isolation: 'read_committed', maxWaitMs: 500, minBytes: 1, topic: 't', topicId: TOPIC_ID, partition: 3 },
      ...{ leaderEpoch: 9, offset: 2 ** 40, lastFetchedEpoch: -1, maxBytes: 4096 },
    } as const;
    const head = hex('ffffffff 000001f4 00000001 00001000 01 00000000 ffffffff 02');
    const partition = hex('02 00000003 00000009 0000010000000000 ffffffff ffffffffffffffff 00001000 00 00');
    expect(encoded(fetch, request, 13)).toBe(hex(head, TOPIC_ID_HEX, partition, '01 01 00'));
    expect(encoded(fetch, request, 12)).toBe(hex(head, '0274', partition, '01 01 00'));
  });

  test('Metadata of one topic, which it does not make', () => {
    const topic = hex('02', '00'.repeat(16), '0274 00');
    expect(encoded(metadata, { topics: ['t'] }, 12)).toBe(hex(topic, '00 00 00'));
    expect(encoded(metadata, { topics: ['t'] }, 10)).toBe(hex(topic, '00 00 00 00'));
  });

  test('ListOffsets', () => {
    const partitions = [{ partition: 1, leaderEpoch: 2, timestamp: MAX_TIMESTAMP }];
    expect(encoded(listOffsets, { isolation: 'read_uncommitted', topic: 't', partitions }, 7)).toBe(
      hex('ffffffff 00 02 0274 02 00000001 00000002 fffffffffffffffd 00 00 00'),
    );
  });

  test('ApiVersions', () => {
    expect(encoded(apiVersions, { software: 'h', softwareVersion: '1' }, 3)).toBe(hex('0268 0231 00'));
  });
});

describe('responses', () => {
  test('Fetch: offsets, aborted transactions, a log that diverged, records', () => {
    const partition = `02 00000003 0000 0000000000000064 0000000000000063 0000000000000002
      02 0000000000000007 0000000000000005 00 ffffffff 04 aabbcc 01 00 0d 00000001 0000000000000009 00`;
    const answer = decoded(fetch, `0000000a 0000 00000000 02 ${TOPIC_ID_HEX} ${partition} 00 00`, 13);
    expect(answer).toEqual({
      ...{ throttleMs: 10, errorCode: 0, highWatermark: 100, lastStableOffset: 99, logStartOffset: 2 },
      ...{ aborted: [{ producerId: 7n, firstOffset: 5 }], divergingOffset: 9, records: Buffer.from('aabbcc', 'hex') },
    });
  });

  test('Fetch: the error of the whole request', () => {
    expect(decoded(fetch, '00000000 0064 00000000 01 00', 13)).toMatchObject({ errorCode: 100, highWatermark: -1 });
  });

  test('ApiVersions of a broker that knows only older ones', () => {
    const { errorCode, versions } = decoded(apiVersions, '0023 00000001 0012 0000 0002', 3);
    expect([isKafkaError(errorCode, 'UNSUPPORTED_VERSION'), versions.size]).toEqual([true, 0]);
  });
});

describe('versions', () => {
  const speaks = (min: number, max: number) => new Map([[fetch.key, { min, max }]]);

  test('the newest that both speak is taken', () => {
    expect(negotiate(fetch, speaks(4, 18))).toBe(13);
    expect(negotiate(fetch, speaks(0, 12))).toBe(12);
    expect(negotiate(fetch, speaks(4, 18), maxFetchVersion(NO_TOPIC_ID))).toBe(12);
  });

  test.each([
    [speaks(0, 11), 'Hourmill speaks versions 12 to 13 of Fetch, and the broker has versions 0 to 11'],
    [speaks(14, 20), 'and the broker has versions 14 to 20'],
    [new Map(), 'and the broker does not have it at all'],
  ])('none that fits is an error that names both', (broker, text) => {
    expect(() => negotiate(fetch, broker)).toThrow(
      expect.objectContaining({ code: 'HM_INPUT_011', message: expect.stringContaining(text) }),
    );
  });
});

test('errors that Kafka has and we do not know are final', () => {
  expect(kafkaError(999)).toEqual({ code: 999, name: 'error 999', retriable: false });
  expect(kafkaError(6)).toEqual({ code: 6, name: 'NOT_LEADER_OR_FOLLOWER', retriable: true });
});
