"""Produces the lines of a file into a new topic of Kafka.

    python3 produce.py {"file", "brokers", "topic", "partitions", "compression"}

One message a line, without a key, to each partition in turn; its time is the event's own. The broker compresses, by the
topic's `compression.type`: so the codec's frames are those that Kafka itself writes. Prints {"ends": [OFFSET, ...]}, where
each partition ends, once the broker has all.
"""

import json
import sys
from datetime import datetime

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

# A batch is what is compressed at once. Kafka's own producer takes 16 KiB unless it is told otherwise, librdkafka a million
# bytes; who produces much sets about this, and lets a batch wait for as long as it takes to fill.
BATCH_BYTES = 128 << 10
LINGER_MS = 100
COMPRESSION_TYPES = {"none": "uncompressed", "gzip": "gzip", "zstd": "zstd"}
TIME = b'"timestamp":"'
TIME_CHARACTERS = len("2025-06-14T10:00:00.000Z")

job = json.loads(sys.argv[1])
connection = {"bootstrap.servers": job["brokers"]}
topic, partitions = job["topic"], job["partitions"]


def create() -> None:
    config = {"compression.type": COMPRESSION_TYPES[job["compression"]], "retention.ms": "-1"}
    new = NewTopic(topic, num_partitions=partitions, replication_factor=1, config=config)
    admin = AdminClient(connection)  # it must live for as long as its futures
    for created in admin.create_topics([new]).values():
        created.result()


def milliseconds(line: bytes) -> int:
    at = line.index(TIME) + len(TIME)
    return round(datetime.fromisoformat(line[at : at + TIME_CHARACTERS].decode()).timestamp() * 1000)


def produce() -> None:
    settings = {"enable.idempotence": True, "batch.size": BATCH_BYTES, "linger.ms": LINGER_MS, "compression.type": "none"}
    producer = Producer(connection | settings)
    failures = []
    delivered = lambda error, _: error and failures.append(error)  # noqa: E731
    with open(job["file"], "rb") as lines:
        for number, line in enumerate(lines):
            message = {"value": line[:-1], "partition": number % partitions, "timestamp": milliseconds(line)}
            while True:
                try:
                    producer.produce(topic, **message, on_delivery=delivered)
                    break
                except BufferError:
                    producer.poll(0.1)
            if number % 1000 == 0:
                producer.poll(0)
    producer.flush()
    if failures:
        sys.exit(f"{len(failures)} messages were not taken: {failures[0]}")


def ends() -> list[int]:
    consumer = Consumer(connection | {"group.id": "none"})
    offsets = [consumer.get_watermark_offsets(TopicPartition(topic, partition))[1] for partition in range(partitions)]
    consumer.close()
    return offsets


create()
produce()
print(json.dumps({"ends": ends()}))
