import { isoMillis, type TimeChunk } from '@hourmill/core';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Where each placeholder stands in an ISO time: `2026-11-22T10:05:00.000Z`. */
const PLACEHOLDERS: Readonly<Record<string, readonly [number, number]>> = {
  '{yyyy}': [0, 4],
  '{MM}': [5, 7],
  '{dd}': [8, 10],
  '{HH}': [11, 13],
  '{mm}': [14, 16],
};

const PLACEHOLDER = /\{[^{}]*\}/g;

/** What is wrong with a pattern and where, or null. */
export function checkTimePattern(pattern: string): { readonly message: string; readonly offset: number } | null {
  const expected = 'expected {yyyy}, {MM}, {dd}, {HH} or {mm}';
  for (const { 0: found, index } of pattern.matchAll(PLACEHOLDER)) {
    if (!Object.hasOwn(PLACEHOLDERS, found))
      return { message: `${found} is no part of a time; ${expected}`, offset: index };
  }
  const stray = pattern.replace(PLACEHOLDER, (found) => ' '.repeat(found.length)).search(/[{}]/);
  return stray < 0
    ? null
    : { message: `a single ${pattern[stray]} cannot stand in a path; ${expected}`, offset: stray };
}

/**
 * The paths or prefixes that a pattern stands for: `raw/{yyyy}/{MM}/{dd}/{HH}/` for every hour (every minute, when
 * `{mm}` is in it) that the chunk touches, widened by the window. UTC. Other braces stay: a definition has none, but the
 * folder that it lies in may.
 * @returns distinct, in the order of time; the pattern itself when it holds no placeholder
 */
export function expandTimePattern(
  pattern: string,
  chunk: TimeChunk,
  window: { readonly hoursBefore: number; readonly hoursAfter: number },
): string[] {
  const stepMs = pattern.includes('{mm}') ? MINUTE_MS : HOUR_MS;
  // A chunk lies within one hour or begins with one, so that steps from its start meet every hour that it touches.
  const firstMs = chunk.startMs - window.hoursBefore * HOUR_MS;
  const endMs = chunk.endMs + window.hoursAfter * HOUR_MS;
  const expansions = new Set<string>();
  for (let timeMs = firstMs; timeMs < endMs; timeMs += stepMs) expansions.add(expandAt(pattern, timeMs));
  return [...expansions];
}

function expandAt(pattern: string, timeMs: number): string {
  const iso = isoMillis(timeMs);
  return pattern.replace(PLACEHOLDER, (found) => {
    const place = PLACEHOLDERS[found];
    return place === undefined ? found : iso.slice(...place);
  });
}
