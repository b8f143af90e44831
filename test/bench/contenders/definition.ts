import type { Work } from './contender.ts';

type DefinedBy = Pick<Work, 'job' | 'dataSet' | 's3' | 'kafka'>;

/** The definition file of a case, as a user would write it. The store is a folder beside it. */
export function definitionText(work: DefinedBy): string {
  const key = work.job.deduplicate ? 'deduplicate: { key: [event_id], keep: first }\n' : '';
  return `name: bench_${work.job.name.replaceAll('-', '_')}
source:
${sourceLines(work)}
format: { type: json }
timestamp: { column: timestamp, format: iso }
${key}rollup:
  segmentGranularity: hour
  queryGranularity: five_minute
  dimensions: [publisher_id, country, device]
  metrics:
    - { name: events, type: count }
    - { name: bid, type: doubleSum, field: bid_price }
    - { name: win, type: doubleSum, field: win_price }
    - { name: best_latency, type: longMin, field: latency_ms }
    - { name: worst_latency, type: longMax, field: latency_ms }
output: { store: "file:./warehouse", compression: { codec: zstd, level: 3 } }
`;
}

function sourceLines({ dataSet, s3, kafka }: DefinedBy): string {
  if (kafka !== null) return `  type: kafka\n  brokers: ["${kafka.brokers}"]\n  topic: ${kafka.topic}`;
  if (s3 === null) return `  type: files\n  paths: ${JSON.stringify(dataSet.files)}`;
  return `  type: s3
  bucket: ${s3.bucket}
  prefix: ${s3.prefix}
  endpoint: ${s3.endpoint}
  region: ${s3.region}
  pathStyle: true
  accessKeyId: "\${env:BENCH_S3_ACCESS_KEY_ID}"
  secretAccessKey: "\${env:BENCH_S3_SECRET_ACCESS_KEY}"`;
}
