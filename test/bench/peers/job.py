"""What a peer is asked to do, and how it answers.

    python3 PEER.py JOB.json

The job, the same for all: keep one event per event_id (unless `deduplicate` is false), floor `timestamp` to five minutes,
group by (time, publisher_id, country, device), and write one zstd Parquet file, sorted by these four, nulls first:

    __time, publisher_id, country, device, events, bid, win, best_latency, worst_latency

On success a peer prints one line of JSON with its version. A peer that cannot do a job at all ends with `cannot`.

Clients of Kafka (*_consumer.py, *-consumer.mjs) get the same file, merely take all messages, and write no file: their line
has the number of messages and of the bytes of their values besides.
"""

import json
import sys
from dataclasses import dataclass

BUCKET_MINUTES = 5
BUCKET_SECONDS = BUCKET_MINUTES * 60
GROUP_KEYS = ("__time", "publisher_id", "country", "device")
CANNOT = 77


@dataclass(frozen=True)
class S3:
    endpoint: str
    region: str
    accessKeyId: str
    secretAccessKey: str
    bucket: str
    # The objects are all that lie below this, in one "folder".
    prefix: str


@dataclass(frozen=True)
class Kafka:
    # HOST:PORT
    brokers: str
    topic: str
    # Where each partition ends. They begin at 0.
    ends: list[int]


@dataclass(frozen=True)
class Job:
    # Absolute paths; with `s3` set, keys in its bucket; with `kafka` set, the file whose lines its messages are.
    inputs: list[str]
    # "none", "gzip" or "zstd".
    compression: str
    out: str
    # An empty folder for what the engine spills.
    temporary: str
    threads: int
    deduplicate: bool
    # Whether dimensions and numbers can be missing or null. event_id, timestamp, publisher_id and bid_price never are.
    nullable: bool
    # Memory the engine may use, in MiB; None: as much as it likes.
    memoryMib: int | None
    s3: S3 | None
    kafka: Kafka | None


def read_job() -> Job:
    with open(sys.argv[1], encoding="utf-8") as file:
        fields = json.load(file)
    s3, kafka = fields.pop("s3"), fields.pop("kafka")
    return Job(**fields, s3=S3(**s3) if s3 else None, kafka=Kafka(**kafka) if kafka else None)


def done(version: str, **counts: int) -> None:
    print(json.dumps({"version": version, **counts}), flush=True)


def cannot(reason: str) -> None:
    """Ends the process: this engine cannot do the job, which is no failure."""
    print(reason, file=sys.stderr, flush=True)
    sys.exit(CANNOT)
