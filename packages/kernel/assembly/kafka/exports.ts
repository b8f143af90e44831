export { recordBatchAt } from './batch-descriptor';
export { readRecordBatch } from './batches';
export { controlType } from './control-type';
export { crc32c } from './crc32c';
export { decompressRecords } from './decompress';
export { indexRecords, openRecords } from './index-records';
export { addKafkaField, setKafkaPartition } from './kafka-fields';
export { dropTombstones, keepOffsets } from './keep-records';
