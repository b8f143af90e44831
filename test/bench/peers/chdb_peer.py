"""chDB (ClickHouse in process): SELECT DISTINCT ON event_id as UUID; under a memory limit, any() by event_id, which spills."""

import os

from job import BUCKET_SECONDS, done, read_job

import chdb

job = read_job()


def nullable(type_name: str) -> str:
    return f"Nullable({type_name})" if job.nullable else type_name


structure = (
    "event_id UUID, timestamp DateTime64(3, \\'UTC\\'), publisher_id String, "
    f"country {nullable('String')}, device {nullable('String')}, "
    f"bid_price Float64, win_price {nullable('Float64')}, latency_ms {nullable('Int32')}"
)


def one_pattern(paths: list[str]) -> str:
    if len(paths) == 1:
        return paths[0]
    head = os.path.commonprefix(paths)
    return head + "{" + ",".join(path[len(head) :] for path in paths) + "}"


pattern = one_pattern(job.inputs)
if job.s3 is None:
    source = f"file('{pattern}', 'JSONEachRow', '{structure}')"
else:
    keys = f"'{job.s3.accessKeyId}', '{job.s3.secretAccessKey}'"
    source = f"s3('{job.s3.endpoint}/{job.s3.bucket}/{pattern}', {keys}, 'JSONEachRow', '{structure}')"

time = f"toStartOfInterval(toDateTime(timestamp, 'UTC'), INTERVAL {BUCKET_SECONDS} SECOND)"
columns = "publisher_id country device bid_price win_price latency_ms".split()
listed = ", ".join(columns)
if not job.deduplicate:
    events = f"SELECT {time} AS time, {listed} FROM {source}"
elif job.memoryMib is None:
    events = f"SELECT DISTINCT ON (event_id) {time} AS time, {listed} FROM {source}"
else:
    # any() skips nulls, and without nulls takes all columns from the same row.
    assert not job.nullable
    taken = ", ".join(f"any({column}) AS any_{column}" for column in columns)
    renamed = ", ".join(f"any_{column} AS {column}" for column in columns)
    events = f"SELECT any_time AS time, {renamed} FROM (SELECT any({time}) AS any_time, {taken} FROM {source} GROUP BY event_id)"

settings = {
    "max_threads": job.threads,
    "max_parsing_threads": job.threads,
    "output_format_parquet_compression_method": "'zstd'",
    "output_format_parquet_string_as_string": 1,
    "date_time_input_format": "'best_effort'",
    "input_format_parallel_parsing": 1,
    "input_format_skip_unknown_fields": 1,
    "input_format_null_as_default": 0,
    "engine_file_truncate_on_insert": 1,
}
if job.memoryMib is not None:
    half = job.memoryMib << 19
    settings |= {
        "max_memory_usage": job.memoryMib << 20,
        "max_bytes_before_external_group_by": half,
        "max_bytes_before_external_sort": half,
        "max_bytes_ratio_before_external_group_by": 0,
        "max_bytes_ratio_before_external_sort": 0,
    }

chdb.query(
    f"""INSERT INTO FUNCTION file('{job.out}', 'Parquet')
    SELECT time AS __time, publisher_id, country, device, count() AS events, sum(bid_price) AS bid, sum(win_price) AS win,
      min(latency_ms) AS best_latency, max(latency_ms) AS worst_latency
    FROM ({events}) GROUP BY time, publisher_id, country, device
    ORDER BY time, publisher_id, country NULLS FIRST, device NULLS FIRST
    SETTINGS {", ".join(f"{name} = {value}" for name, value in settings.items())}"""
)
done(f"{chdb.__version__} (ClickHouse {chdb.engine_version})")
