import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** One request on its way to the server. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * What happens to a request.
 *
 * - `pass`: nothing.
 * - `answer`: the server never sees it; the proxy answers with an error as S3 writes it.
 * - `cut-before`: the server never sees it; the connection ends without an answer.
 * - `cut-request`: the connection to the server breaks in the middle of the request's body, then that to the client.
 * - `lose-answer`: it took effect; the connection ends without an answer.
 * - `cut-answer`: it took effect; the connection breaks in the middle of the answer's body.
 * - `slow`: the answer comes in two pieces, each so much later.
 * - `date`: the `Date` of the answer is so much ahead of the server's own.
 */
export type ProxyFault =
  | { readonly kind: 'pass' | 'cut-before' | 'cut-request' | 'lose-answer' | 'cut-answer' }
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'date'; readonly aheadMs: number };

export interface S3FaultProxy extends AsyncDisposable {
  readonly endpoint: string;
}

/**
 * Stands before a real S3 server and does to each request what `decide` says of it. Requests are forwarded byte by byte, so that their
 * signatures hold. Ends with all of its connections when it is disposed of.
 */
export async function startS3FaultProxy(
  target: string,
  decide: (request: ProxiedRequest) => ProxyFault,
): Promise<S3FaultProxy> {
  const forwarder = new Forwarder(target);
  const server = createServer((request, response) => {
    serve(forwarder, decide, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      forwarder.agent.destroy();
    },
  };
}

async function serve(
  forwarder: Forwarder,
  decide: (request: ProxiedRequest) => ProxyFault,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
  const { method = '', url = '', headers } = incoming;
  const fault = decide({ method, url, headers, body });
  switch (fault.kind) {
    case 'cut-before':
      response.destroy();
      return;
    case 'answer':
      answerWith(response, method, fault);
      return;
    case 'cut-request':
      await forwarder.breakOff(incoming, body);
      response.destroy();
      return;
    case 'lose-answer':
      await forwarder.forward(incoming, body);
      response.destroy();
      return;
    default:
      await reply(response, await forwarder.forward(incoming, body), fault);
  }
}

interface ServerAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

class Forwarder {
  readonly agent = new Agent({ keepAlive: true });
  readonly #target: string;

  constructor(target: string) {
    this.#target = target;
  }

  forward(incoming: IncomingMessage, body: Buffer): Promise<ServerAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = send(this.#target, this.#options(incoming), (answer) => {
        Array.fromAsync(answer as AsyncIterable<Buffer>).then((pieces) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders, body: Buffer.concat(pieces) });
        }, reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** Sends half of the body, then no more: the server must take it for nothing. */
  async breakOff(incoming: IncomingMessage, body: Buffer): Promise<void> {
    const outgoing = send(this.#target, { ...this.#options(incoming), agent: false });
    const ended = new Promise((resolve) => outgoing.once('close', resolve));
    outgoing.on('error', () => {});
    outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy());
    if (body.length < 2) outgoing.destroy();
    await ended;
  }

  #options({ method, url, rawHeaders }: IncomingMessage): object {
    // What a client waits for before it sends a body is between it and us.
    const kept = pairsOf(rawHeaders).filter(([name]) => !['expect', 'connection'].includes(name.toLowerCase()));
    return { method, path: url, headers: kept.flat(), agent: this.agent, setHost: false };
  }
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return pairs;
}

function answerWith(response: ServerResponse, method: string, fault: { status: number; code: string }): void {
  const text = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>by the fault proxy</Message></Error>`;
  response.writeHead(fault.status, { 'content-type': 'application/xml' });
  response.end(method === 'HEAD' ? '' : text);
}

async function reply(
  response: ServerResponse,
  { status, headers, body }: ServerAnswer,
  fault: ProxyFault,
): Promise<void> {
  response.sendDate = false;
  if (fault.kind === 'slow') await delay(fault.ms);
  response.writeHead(status, fault.kind === 'date' ? withDateAhead(headers, fault.aheadMs) : [...headers]);
  const half = fault.kind === 'slow' || fault.kind === 'cut-answer' ? body.length >> 1 : 0;
  if (half > 0) await new Promise((resolve) => response.write(body.subarray(0, half), resolve));
  if (fault.kind === 'cut-answer') {
    response.destroy();
    return;
  }
  if (fault.kind === 'slow') await delay(fault.ms);
  response.end(body.subarray(half));
}

function withDateAhead(headers: readonly string[], aheadMs: number): string[] {
  return pairsOf(headers).flatMap(([name, value]) => {
    const isDate = name.toLowerCase() === 'date';
    return [name, isDate ? new Date(Date.parse(value) + aheadMs).toUTCString() : value];
  });
}
