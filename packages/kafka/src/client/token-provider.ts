import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HourmillError } from '@hourmill/core';

interface BearerToken {
  readonly value: string;
  /** SASL extensions (KIP-342). */
  readonly extensions?: Record<string, string>;
}

/**
 * A token of the module that the user names as `source.sasl.tokenProvider`: it is asked for each connection, so it is for the
 * module to keep a token as long as that is good.
 * @param tokenProvider path or URL of an ES module whose default export gives the token
 * @throws HM_INPUT_004 when it does not
 */
export async function readToken(tokenProvider: string): Promise<BearerToken> {
  const fail = (text: string, cause?: unknown) =>
    new HourmillError('HM_INPUT_004', `source.sasl.tokenProvider ${tokenProvider} ${text}`, { cause });
  const url = isAbsolute(tokenProvider) ? pathToFileURL(tokenProvider).href : tokenProvider;
  let token: unknown;
  try {
    const provider: { default?: unknown } = await import(url);
    if (typeof provider.default !== 'function') throw fail('exports no function as its default');
    token = await provider.default();
  } catch (error) {
    // Its message may hold anything, secrets too.
    throw error instanceof HourmillError ? error : fail('fails', error);
  }
  if (isToken(token)) return token;
  throw fail('gives no { value: TOKEN }');
}

function isToken(token: unknown): token is BearerToken {
  return typeof token === 'object' && token !== null && 'value' in token && typeof token.value === 'string';
}
