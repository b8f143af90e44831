"""Polars: lazy scan, time floored on its text before the deduplication, categorical dimensions, streaming engine.

Floored text is parsed once a group instead of once an event. No way to limit its memory was found.
"""

import os

from job import BUCKET_MINUTES, GROUP_KEYS, done, read_job

job = read_job()
os.environ["POLARS_MAX_THREADS"] = str(job.threads)
os.environ["POLARS_TEMP_DIR"] = job.temporary
import polars as pl  # noqa: E402  (reads its environment when it is imported)

schema = {
    "event_id": pl.String,
    "timestamp": pl.String,
    "publisher_id": pl.Categorical,
    "country": pl.Categorical,
    "device": pl.Categorical,
    "bid_price": pl.Float64,
    "win_price": pl.Float64,
    "latency_ms": pl.Int32,
}
if job.s3 is None:
    events = pl.scan_ndjson(job.inputs, schema=schema)
else:
    options = {
        "aws_endpoint_url": job.s3.endpoint,
        "aws_region": job.s3.region,
        "aws_access_key_id": job.s3.accessKeyId,
        "aws_secret_access_key": job.s3.secretAccessKey,
        "aws_allow_http": "true",
    }
    events = pl.scan_ndjson([f"s3://{job.s3.bucket}/{key}" for key in job.inputs], schema=schema, storage_options=options)

text = pl.col("timestamp")
minute = (text.str.slice(14, 2).cast(pl.Int8) // BUCKET_MINUTES * BUCKET_MINUTES).cast(pl.String).str.zfill(2)
events = events.with_columns(timestamp=pl.concat_str(text.str.slice(0, 14), minute))
if job.deduplicate:
    events = events.unique("event_id", keep="any")


def total(field: str) -> pl.Expr:
    """The sum; null, not 0, when every value is null."""
    plain = pl.sum(field)
    return pl.when(pl.col(field).count() > 0).then(plain) if job.nullable else plain


groups = events.group_by(pl.col("timestamp").alias("__time"), "publisher_id", "country", "device").agg(
    events=pl.len().cast(pl.Int64),
    bid=total("bid_price"),
    win=total("win_price"),
    best_latency=pl.min("latency_ms"),
    worst_latency=pl.max("latency_ms"),
)
groups = groups.with_columns((pl.col("__time") + ":00").str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="ms"))
groups.sort(*GROUP_KEYS, nulls_last=False).sink_parquet(job.out, compression="zstd", engine="streaming")
done(pl.__version__)
