"""Spark in local mode: dropDuplicates, as many shuffle partitions as threads, one sorted file.

    python3 spark_peer.py JOB.json [FOLDER OF THE CONNECTOR TO KAFKA]
"""

import glob
import json
import os
import shutil
import sys

from job import BUCKET_SECONDS, GROUP_KEYS, cannot, done, read_job

job = read_job()
if job.s3 is not None:
    cannot("Spark reads S3 by hadoop-aws, which is not part of pyspark")
DEFAULT_HEAP_MIB = 4096
heap = job.memoryMib or DEFAULT_HEAP_MIB
java_options = f"-XX:+UseParallelGC -XX:ActiveProcessorCount={job.threads}"
os.environ["PYSPARK_SUBMIT_ARGS"] = f'--driver-memory {heap}m --driver-java-options "{java_options}" pyspark-shell'

from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402

spark = (
    SparkSession.builder.master(f"local[{job.threads}]")
    .appName("hourmill-bench")
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.log.level", "ERROR")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", job.threads)
    .config("spark.sql.adaptive.enabled", "false")
    .config("spark.sql.parquet.compression.codec", "zstd")
    .config("spark.local.dir", job.temporary)
    .config("spark.jars", ",".join(jar for folder in sys.argv[2:] for jar in glob.glob(f"{folder}/*.jar")))
    .getOrCreate()
)
schema = (
    "event_id STRING, timestamp STRING, publisher_id STRING, country STRING, device STRING, "
    "bid_price DOUBLE, win_price DOUBLE, latency_ms INT"
)
if job.kafka is None:
    events = spark.read.schema(schema).json(job.inputs)
else:
    ends = {str(partition): end for partition, end in enumerate(job.kafka.ends)}
    messages = (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", job.kafka.brokers)
        .option("subscribe", job.kafka.topic)
        .option("startingOffsets", "earliest")
        .option("endingOffsets", json.dumps({job.kafka.topic: ends}))
        .load()
    )
    events = messages.select(F.from_json(F.col("value").cast("string"), schema).alias("event")).select("event.*")
if job.deduplicate:
    events = events.dropDuplicates(["event_id"])
seconds = F.unix_seconds(F.col("timestamp").cast("timestamp"))
groups = (
    events.withColumn("__time", F.timestamp_seconds(seconds - seconds % BUCKET_SECONDS))
    .groupBy(*GROUP_KEYS)
    .agg(
        F.count("*").alias("events"),
        F.sum("bid_price").alias("bid"),
        F.sum("win_price").alias("win"),
        F.min("latency_ms").alias("best_latency"),
        F.max("latency_ms").alias("worst_latency"),
    )
)
folder = job.out + ".folder"
groups.coalesce(1).sortWithinPartitions(*GROUP_KEYS).write.mode("overwrite").parquet(folder)
[part] = [name for name in os.listdir(folder) if name.endswith(".parquet")]
os.replace(os.path.join(folder, part), job.out)
shutil.rmtree(folder)
version = spark.version

# The JVM is waited for, so that its CPU time is counted.
gateway = spark.sparkContext._gateway
spark.stop()
gateway.shutdown()
gateway.proc.stdin.close()
gateway.proc.wait()
done(version)
