"""librdkafka by its Python binding: takes each message up to the end of all partitions, and adds up the bytes of values."""

import sys

import confluent_kafka
from confluent_kafka import Consumer, TopicPartition
from job import done, read_job

# The fewer calls the better.
MESSAGES_AT_ONCE = 10_000

kafka = read_job().kafka
ends = kafka.ends
partitions = [TopicPartition(kafka.topic, partition, 0) for partition in range(len(ends))]
consumer = Consumer({"bootstrap.servers": kafka.brokers, "group.id": "none", "enable.auto.commit": False})
consumer.assign(partitions)

messages = 0
value_bytes = 0
while any(position.offset < end for position, end in zip(consumer.position(partitions), ends)):
    for message in consumer.consume(MESSAGES_AT_ONCE, timeout=0.1):
        if message.error():
            sys.exit(str(message.error()))
        messages += 1
        value_bytes += len(message.value())
consumer.close()
done(f"{confluent_kafka.__version__} (librdkafka {confluent_kafka.libversion()[0]})", messages=messages, bytes=value_bytes)
