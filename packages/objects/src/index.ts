export { type FileSourceOptions, fileSource } from './file/file-source.ts';
export { type FileObjectStoreOptions, fileObjectStore } from './file/file-store.ts';
export { type FileFacts, type FileSystem, nodeFileSystem, type OpenFile } from './file/file-system.ts';
export { createBucket } from './s3/create-bucket.ts';
export { type S3SourceOptions, s3Source } from './s3/s3-source.ts';
export { type S3ObjectStoreOptions, s3ObjectStore } from './s3/s3-store.ts';
