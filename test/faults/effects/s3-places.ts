import { randomUUID } from 'node:crypto';
import { type Clock, Secret } from '@hourmill/core';
import { createBucket, s3ObjectStore, s3Source } from '@hourmill/objects';
import type { S3Connection } from '@hourmill/pipeline';
import { type ProxiedRequest, type ProxyFault, startS3FaultProxy } from '../s3/s3-fault-proxy.ts';
import type { Objects, OpenPlace, Place, Places } from './place.ts';
import type { Process } from './process.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

interface Home {
  readonly connection: S3Connection;
  readonly bucket: string;
  /** Of the results. */
  readonly prefix: string;
  /** Of the input, ending in `/`. */
  readonly input: string;
}

/** A bucket of its own on a real S3 server; each place a prefix in it. */
export class S3Places implements Places {
  readonly name = 'S3';
  readonly #connection: S3Connection;
  readonly #bucket: string;

  private constructor(connection: S3Connection, bucket: string) {
    this.#connection = connection;
    this.#bucket = bucket;
  }

  static async on({ endpoint, region, accessKey, secretKey }: S3Server): Promise<S3Places> {
    const secretAccessKey = new Secret(secretKey);
    const connection = { endpoint, region, pathStyle: true, accessKeyId: accessKey, secretAccessKey };
    const bucket = `faults-${randomUUID()}`;
    await createBucket(bucket, connection);
    return new S3Places(connection, bucket);
  }

  async place(world: string, objects: Objects): Promise<S3Place> {
    const home = { connection: this.#connection, bucket: this.#bucket, prefix: randomUUID(), input: `input/${world}/` };
    const place = new S3Place(home);
    await Promise.all([...objects].map(([key, bytes]) => place.store.put(key, bytes)));
    return place;
  }

  /** The bucket goes with the server. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

export class S3Place implements Place {
  readonly store: Place['store'] & AsyncDisposable;
  readonly source: Place['source'] & AsyncDisposable;
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
    this.store = s3ObjectStore(home);
    this.source = sourceAt(home);
  }

  open(process: Process, clock: Clock): Promise<OpenPlace> {
    return this.openBehind(({ method, url }) => faultOf(process, `${method} ${nameOf(url)}`), clock);
  }

  /** Store and source of a process between which and the server a fault proxy stands. */
  async openBehind(decide: (request: ProxiedRequest) => ProxyFault, clock: Clock): Promise<OpenPlace> {
    const proxy = await startS3FaultProxy(this.#home.connection.endpoint ?? '', decide);
    const home = { ...this.#home, connection: { ...this.#home.connection, endpoint: proxy.endpoint }, clock };
    const store = s3ObjectStore(home);
    const source = sourceAt(home);
    return {
      store,
      source,
      [Symbol.asyncDispose]: async () => {
        await Promise.all([store[Symbol.asyncDispose](), source[Symbol.asyncDispose]()]);
        await proxy[Symbol.asyncDispose]();
      },
    };
  }

  async write(name: string, lines: readonly string[]): Promise<void> {
    const { connection, bucket, input } = this.#home;
    await using store = s3ObjectStore({ connection, bucket, prefix: input });
    await store.put(name, Buffer.from(`${lines.join('\n')}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.store[Symbol.asyncDispose](), this.source[Symbol.asyncDispose]()]);
  }
}

function sourceAt({ connection, bucket, input, clock }: Home & { readonly clock?: Clock }): S3Place['source'] {
  return s3Source({
    bucket,
    prefix: `${input}{HH}/`,
    connection,
    window: { hoursBefore: 0, hoursAfter: 0 },
    ...(clock && { clock }),
  });
}

/** A request that fails before its effect is refused by the server; afterwards, and in death, nobody hears of it. */
function faultOf(process: Process, name: string): ProxyFault {
  const verdict = process.meet(name);
  if (verdict === 'passes') return { kind: 'pass' };
  if (verdict === 'dead') return { kind: 'cut-before' };
  switch (verdict.when) {
    case 'after':
      return { kind: 'lose-answer' };
    case 'half':
      return { kind: 'cut-answer' };
    case 'before':
      return verdict.how === 'dies' ? { kind: 'cut-before' } : { kind: 'answer', status: 503, code: 'SlowDown' };
  }
}

/** Without the names that differ from run to run. */
function nameOf(url: string): string {
  return url.replace(/^\/[^/?]+/, '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…');
}
