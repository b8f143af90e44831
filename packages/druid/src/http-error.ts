import { HourmillError, isHourmillError } from '@hourmill/core';

/** One of Druid's services, by the name its own documentation uses. */
export type Service = 'Overlord' | 'Coordinator' | 'Broker';

export interface Asked {
  readonly service: Service;
  readonly url: string;
}

const LONGEST_MESSAGE = 600;
/** Answers that say "not now": proxies and services that start, stop or are full. */
const PASSING = new Set([429, 502, 503, 504]);

/** The error of a request that got no answer: refused, reset, unknown host, timed out. HM_DRUID_001, retryable. */
export function noAnswer({ service, url }: Asked, cause: unknown): HourmillError {
  return new HourmillError('HM_DRUID_001', `Druid's ${service} at ${url} does not answer: ${reasonOf(cause)}`, {
    context: { service, url },
    cause,
  });
}

/**
 * The error of an answer that is no success. 429, 502, 503 and 504 are HM_DRUID_001; all others are HM_DRUID_002 with
 * Druid's own words, of which only those of status 500 and up are worth another try.
 */
export function refused({ service, url }: Asked, status: number, text: string): HourmillError {
  const { message, errorCode } = druidWords(text);
  const context = { service, url, status, errorCode };
  if (PASSING.has(status)) {
    const said = `Druid's ${service} at ${url} is not available (${status}): ${message}`;
    return new HourmillError('HM_DRUID_001', said, { context });
  }
  const hint = status === 401 || status === 403 ? '; check druid.username and druid.password' : '';
  const said = `Druid's ${service} at ${url} refused (${status}): ${message}${hint}`;
  return new HourmillError('HM_DRUID_002', said, { context, retryable: status >= 500 });
}

/** Whether Druid answered with this status (and error code, if one is given). */
export function hasStatus(error: unknown, status: number): error is HourmillError {
  return isHourmillError(error) && error.context.status === status;
}

/** Druid's message out of its error bodies: two shapes of JSON, plain text, or the HTML page of its web server. */
function druidWords(text: string): { message: string; errorCode: string | null } {
  const body = jsonObject(text);
  if (body !== null) {
    const message = [body.errorMessage, body.error, body.message].find((part) => typeof part === 'string');
    const errorCode = typeof body.errorCode === 'string' ? body.errorCode : null;
    return { message: readable(message ?? text), errorCode };
  }
  const title = /<title>([\s\S]*?)<\/title>/i.exec(text)?.[1];
  return { message: readable(title ?? text.replace(/<[^>]*>/g, ' ')), errorCode: null };
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function readable(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return 'no message';
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}...` : line;
}

/** fetch hides the reason in the cause of its TypeError. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  const code = (inner as { code?: unknown }).code;
  return inner.message !== '' ? inner.message : typeof code === 'string' ? code : inner.name;
}
