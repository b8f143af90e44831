import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How an S3 server fails the ledger. `honest` does not. `ignores`: it does not know `If-None-Match`. `races`: it looks first and writes
 * later, so that writers at once all win. `forgets`: an object is listed only a while after it was written. `stale`: it gives back what an
 * object was before.
 */
export type Lie = 'honest' | 'ignores' | 'races' | 'forgets' | 'stale';

export interface LyingS3 extends AsyncDisposable {
  readonly endpoint: string;
  /** Keys that are there, whatever is listed. */
  readonly objects: ReadonlyMap<string, unknown>;
}

/** A server in memory that knows just what the store asks for: one bucket, `PUT`, `GET`, `DELETE`, and listings of one page. */
export async function lyingS3(lie: Lie): Promise<LyingS3> {
  const objects = new Map<string, readonly Buffer[]>();
  const server = createServer((request, response) => void answer(lie, objects, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  lie: Lie,
  objects: Map<string, readonly Buffer[]>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
  const url = new URL(request.url ?? '', 'http://server');
  const key = decodeURIComponent(url.pathname).split('/').slice(2).join('/');
  const isExclusive = request.headers['if-none-match'] === '*' && lie !== 'ignores';
  switch (request.method) {
    case 'PUT': {
      const isTaken = isExclusive && objects.has(key);
      if (lie === 'races') await sleep(5);
      if (isTaken) return error(response, 412, 'PreconditionFailed');
      objects.set(key, [...(objects.get(key) ?? []), body]);
      return void response.writeHead(200, { etag: '"e"' }).end();
    }
    case 'GET': {
      if (url.searchParams.has('list-type')) return list(lie, objects, url.searchParams.get('prefix') ?? '', response);
      const versions = objects.get(key);
      if (versions === undefined) return error(response, 404, 'NoSuchKey');
      return void response.end(lie === 'stale' ? versions[0] : versions.at(-1));
    }
    case 'DELETE':
      objects.delete(key);
      return void response.writeHead(204).end();
    default:
      return void response.end();
  }
}

function list(lie: Lie, objects: ReadonlyMap<string, unknown>, prefix: string, response: ServerResponse): void {
  const found = lie === 'forgets' ? [] : [...objects.keys()].filter((key) => key.startsWith(prefix));
  const contents = found.map(
    (key) =>
      `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-11-22T10:00:00.000Z</LastModified></Contents>`,
  );
  response.setHeader('content-type', 'application/xml');
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
  );
}

function error(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}
