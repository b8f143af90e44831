"""DataFusion: row_number() over (partition by event_id) = 1. first_value and DISTINCT ON take two to three times as long."""

import os

from job import BUCKET_SECONDS, done, read_job

job = read_job()
os.environ["TOKIO_WORKER_THREADS"] = str(job.threads)
import datafusion  # noqa: E402  (reads its environment when it is imported)
import pyarrow as pa  # noqa: E402
from datafusion import RuntimeEnvBuilder, SessionConfig, SessionContext  # noqa: E402

config = SessionConfig().with_target_partitions(job.threads).with_batch_size(8192)
runtime = RuntimeEnvBuilder().with_disk_manager_os()
if job.memoryMib is not None:
    runtime = RuntimeEnvBuilder().with_temp_file_path(job.temporary).with_fair_spill_pool(job.memoryMib << 20)
context = SessionContext(config, runtime)

schema = pa.schema(
    [
        ("event_id", pa.string()),
        ("timestamp", pa.timestamp("ms")),
        ("publisher_id", pa.string()),
        ("country", pa.string()),
        ("device", pa.string()),
        ("bid_price", pa.float64()),
        ("win_price", pa.float64()),
        ("latency_ms", pa.int32()),
    ]
)
# All inputs lie in one folder that holds nothing else.
path = job.inputs[0] if len(job.inputs) == 1 else os.path.dirname(job.inputs[0]) + "/"
if job.s3 is not None:
    from datafusion.object_store import AmazonS3

    store = AmazonS3(
        bucket_name=job.s3.bucket,
        region=job.s3.region,
        access_key_id=job.s3.accessKeyId,
        secret_access_key=job.s3.secretAccessKey,
        endpoint=job.s3.endpoint,
        allow_http=True,
    )
    context.register_object_store("s3://", store, job.s3.bucket)
    path = f"s3://{job.s3.bucket}/{path}"
extension = {"none": ".ndjson", "gzip": ".ndjson.gz", "zstd": ".ndjson.zst"}[job.compression]
compression = None if job.compression == "none" else job.compression
context.register_json("source", path, schema=schema, file_extension=extension, file_compression_type=compression)

columns = "publisher_id, country, device, bid_price, win_price, latency_ms"
time = f"date_bin(interval '{BUCKET_SECONDS} seconds', timestamp)"
events = f"SELECT {time} AS time, {columns} FROM source"
if job.deduplicate:
    numbered = f"SELECT {time} AS time, {columns}, row_number() OVER (PARTITION BY event_id) AS copy FROM source"
    events = f"SELECT * FROM ({numbered}) WHERE copy = 1"
context.sql(
    f"""COPY (
      SELECT time AS __time, publisher_id, country, device, count(*) AS events, sum(bid_price) AS bid, sum(win_price) AS win,
        min(latency_ms) AS best_latency, max(latency_ms) AS worst_latency
      FROM ({events}) GROUP BY time, publisher_id, country, device
      ORDER BY time NULLS FIRST, publisher_id NULLS FIRST, country NULLS FIRST, device NULLS FIRST
    ) TO '{job.out}' STORED AS parquet OPTIONS (compression 'zstd(3)')"""
).collect()
done(datafusion.__version__)
