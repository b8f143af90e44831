"""DuckDB: group by event_id with first() of each column. Fastest of first, any_value, DISTINCT ON and row_number."""

from job import BUCKET_SECONDS, cannot, done, read_job

import duckdb

job = read_job()
connection = duckdb.connect(":memory:", config={"threads": job.threads})
connection.execute("SET TimeZone = 'UTC'")
connection.execute("SET preserve_insertion_order = false")
connection.execute("SET enable_progress_bar = false")
if job.memoryMib is not None:
    connection.execute(f"SET memory_limit = '{job.memoryMib}MiB'")
    connection.execute(f"SET temp_directory = '{job.temporary}'")

paths = job.inputs
if job.s3 is not None:
    try:
        connection.execute("INSTALL httpfs")
        connection.execute("LOAD httpfs")
    except duckdb.Error:
        cannot("DuckDB reads S3 by its extension httpfs, which could not be downloaded")
    host = job.s3.endpoint.removeprefix("http://")
    connection.execute(
        f"""CREATE SECRET (TYPE s3, KEY_ID '{job.s3.accessKeyId}', SECRET '{job.s3.secretAccessKey}',
            REGION '{job.s3.region}', ENDPOINT '{host}', URL_STYLE 'path', USE_SSL false)"""
    )
    paths = [f"s3://{job.s3.bucket}/{key}" for key in job.inputs]

# Text is fastest; as numbers of 128 bits the ids need less memory, which wins when they do not fit.
id_type = "VARCHAR" if job.memoryMib is None else "UUID"
COLUMNS = "timestamp publisher_id country device bid_price win_price latency_ms".split()
files = ", ".join(f"'{path}'" for path in paths)
events = f"""read_ndjson([{files}], auto_detect = false, columns = {{
  event_id: '{id_type}', timestamp: 'TIMESTAMP', publisher_id: 'VARCHAR', country: 'VARCHAR', device: 'VARCHAR',
  bid_price: 'DOUBLE', win_price: 'DOUBLE', latency_ms: 'INTEGER' }})"""
if job.deduplicate:
    first = ", ".join(f"first({column}) AS {column}" for column in COLUMNS)
    events = f"(SELECT {first} FROM {events} GROUP BY event_id)"

connection.execute(
    f"""COPY (
      SELECT time_bucket(INTERVAL {BUCKET_SECONDS} SECOND, timestamp) AS __time, publisher_id, country, device,
        count(*) AS events, sum(bid_price) AS bid, sum(win_price) AS win,
        min(latency_ms) AS best_latency, max(latency_ms) AS worst_latency
      FROM {events} GROUP BY ALL
      ORDER BY __time, publisher_id, country NULLS FIRST, device NULLS FIRST
    ) TO '{job.out}' (FORMAT parquet, COMPRESSION zstd)"""
)
done(duckdb.__version__)
