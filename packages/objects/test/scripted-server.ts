import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '@hourmill/core';
import type { S3Connection } from '@hourmill/pipeline';
import { afterEach } from 'vitest';

interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers one request, as a server in trouble would. */
export type Answer = (request: SeenRequest, response: ServerResponse) => void;

export interface ScriptedServer {
  readonly connection: S3Connection;
  readonly seen: readonly SeenRequest[];
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An S3 server that gives the answers of a script in turn, the last one for ever. It closes after the test. */
export async function scriptedServer(...script: readonly Answer[]): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const { method = '', url = '', headers } = request;
    const answer = script[Math.min(seen.length, script.length - 1)];
    seen.push({ method, url, headers, body });
    answer?.({ method, url, headers, body }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { connection: connectionTo((server.address() as AddressInfo).port), seen };
}

export function connectionTo(port: number): S3Connection {
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    pathStyle: true,
    accessKeyId: 'key',
    secretAccessKey: new Secret('secret'),
  };
}

/** An error as S3 writes it. */
export function refuse(status: number, code: string): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>said so</Message></Error>`);
  };
}

export const succeed: Answer = (_, response) => {
  response.writeHead(200, { etag: '"e"' }).end();
};

/** The request was read, but the answer never comes. */
export const hangUp: Answer = (_, response) => {
  response.destroy();
};

/** Serves ranges of `object` whatever the request's If-Match; `cutAfter` breaks each answer off after so many bytes. */
export function serveRanges(object: Uint8Array, cutAfter = Number.POSITIVE_INFINITY, etag = '"e"'): Answer {
  return ({ headers }, response) => {
    const [, from = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const bytes = object.subarray(Number(from), Number(last) + 1);
    response.writeHead(206, {
      'content-length': bytes.length,
      'content-range': `bytes ${from}-${last}/${object.length}`,
      etag,
    });
    if (bytes.length <= cutAfter) response.end(bytes);
    else response.write(bytes.subarray(0, cutAfter), () => response.destroy());
  };
}
