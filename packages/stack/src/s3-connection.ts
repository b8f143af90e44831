/** How to reach an S3 server, always with the bucket in the path. */
export interface S3Connection {
  /** A URL without a path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The keys of the local servers, the same in docker-compose.yml. They guard nothing: the server listens on 127.0.0.1. */
export const LOCAL_S3_KEYS = {
  region: 'us-east-1',
  accessKeyId: 'hourmill',
  secretAccessKey: 'hourmill-local',
} as const satisfies Omit<S3Connection, 'endpoint'>;
