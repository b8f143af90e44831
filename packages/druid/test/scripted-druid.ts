import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the server does with a request: answers, hangs up without an answer, or never answers. */
type Act = Answer | 'hang up' | 'stay silent';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real HTTP server that does to each path what is next in its list; the last entry of a list stays. */
export interface ScriptedDruid extends AsyncDisposable {
  readonly address: string;
  readonly seen: readonly Seen[];
  /** `path` without its query. */
  on(path: string, ...acts: Act[]): void;
}

export async function scriptedDruid(): Promise<ScriptedDruid> {
  const scripts = new Map<string, Act[]>();
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const path = (request.url ?? '').replace(/\?.*/, '');
      seen.push({ method: request.method ?? '', path, headers: request.headers, body });
      const script = scripts.get(path) ?? [];
      perform(script.length > 1 ? script.shift() : script[0], request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    on: (path, ...acts) => void scripts.set(path, acts),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function perform(act: Act | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (act === 'hang up') return void request.socket.destroy();
  if (act === 'stay silent') return;
  const { status, body = '', headers = {} } = act ?? { status: 404, body: `nothing is scripted for ${request.url}` };
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
