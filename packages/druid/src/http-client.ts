import { type Clock, HourmillError, retry } from '@hourmill/core';
import type { DruidConnection } from '@hourmill/pipeline';
import { noAnswer, refused, type Service } from './http-error.ts';
import type { Timing } from './timing.ts';

interface HttpRequest {
  readonly service: Service;
  readonly method: 'GET' | 'POST';
  /** Begins with `/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** HTTP to Druid's services: JSON both ways, authentication, deadlines, redirects to the leader, coded errors. */
export interface HttpClient {
  /**
   * One try. Resolves to the body of a 2xx answer as JSON, undefined when it is empty.
   * @throws HM_DRUID_001 without an answer, HM_DRUID_002 for a refusal or an answer that is no JSON
   */
  once(request: HttpRequest, signal: AbortSignal): Promise<unknown>;
  /** One try; the body of a 2xx answer as text. @throws HM_DRUID_001, HM_DRUID_002 */
  text(request: HttpRequest, signal: AbortSignal): Promise<string>;
  /** The same for a request that is safe to repeat: tried again while Druid does not answer, up to `timing.retryMs`. */
  repeatable(request: HttpRequest, signal: AbortSignal): Promise<unknown>;
}

export interface HttpClientOptions {
  readonly target: Pick<DruidConnection, 'coordinator' | 'overlord' | 'broker' | 'username' | 'password'>;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
}

const MOST_REDIRECTS = 3;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { target, timing, clock } = options;
  const { firstPauseMs, maxPauseMs } = timing;
  const bases = { Overlord: target.overlord, Coordinator: target.coordinator, Broker: target.broker };
  const headers = headersFor(target);

  const urlOf = ({ service, path }: HttpRequest) => `${bases[service].replace(/\/+$/, '')}${path}`;

  async function once(request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const body = await text(request, signal);
    if (body.trim() === '') return undefined;
    try {
      return JSON.parse(body);
    } catch (cause) {
      const asked = { service: request.service, url: urlOf(request) };
      throw new HourmillError('HM_DRUID_002', `Druid's ${asked.service} at ${asked.url} did not answer with JSON`, {
        context: { ...asked },
        cause,
      });
    }
  }

  async function text(request: HttpRequest, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const url = urlOf(request);
    const answer = await exchange(request, url, signal);
    if (answer.status >= 200 && answer.status <= 299) return answer.text;
    throw refused({ service: request.service, url }, answer.status, answer.text);
  }

  async function exchange({ service, method, body }: HttpRequest, url: string, signal: AbortSignal): Promise<Answer> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timing.requestMs)]);
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      return await followToLeader(options.fetch, url, { method, headers, signal: deadline, ...sent });
    } catch (error) {
      signal.throwIfAborted();
      throw noAnswer({ service, url }, error);
    }
  }

  return {
    once,
    text,
    repeatable: (request, signal) =>
      retry(() => once(request, signal), { clock, signal, deadlineMs: timing.retryMs, firstPauseMs, maxPauseMs }),
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * A service that does not lead answers 307 to the leader on another host. Followed by hand, since fetch drops the
 * credentials on the way to another host; never from https to http.
 */
async function followToLeader(fetch: typeof globalThis.fetch, start: string, init: RequestInit): Promise<Answer> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, { ...init, redirect: 'manual' });
    const answer = { status: response.status, text: await response.text() };
    const location = response.headers.get('location');
    const isRedirect = response.status === 307 || response.status === 308;
    if (!isRedirect || location === null || redirects === MOST_REDIRECTS) return answer;
    const next = new URL(location, url);
    if (url.startsWith('https:') && next.protocol !== 'https:') return answer;
    url = next.href;
  }
}

function headersFor({ username, password }: HttpClientOptions['target']): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (username !== undefined) {
    const credentials = Buffer.from(`${username}:${password?.reveal() ?? ''}`, 'utf8').toString('base64');
    headers.authorization = `Basic ${credentials}`;
  }
  return headers;
}
