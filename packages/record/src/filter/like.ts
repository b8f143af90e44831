import { invariant } from '@hourmill/core';

/** One step of a pattern: any run of code points (`%`), any one (`_`), or exactly this one. */
type Step = 'any-run' | 'any-one' | { readonly codePoint: number };

/**
 * Compiles a `like` pattern: case-sensitive, by code point, matching the whole string. The escape makes the code point
 * after it plain.
 */
export function compileLike(pattern: string, escapeCharacter: string | null): (text: string) => boolean {
  const steps = stepsOf(pattern, escapeCharacter);
  return (text) => matches(steps, text);
}

function stepsOf(pattern: string, escapeCharacter: string | null): Step[] {
  const characters = [...pattern];
  const steps: Step[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === escapeCharacter) {
      at += 1;
      const plain = characters[at];
      invariant(plain !== undefined, 'a like pattern ends with its escape character');
      steps.push(exactly(plain));
    } else if (character === '%') steps.push('any-run');
    else if (character === '_') steps.push('any-one');
    else steps.push(exactly(character ?? ''));
  }
  return steps;
}

function exactly(character: string): Step {
  return { codePoint: character.codePointAt(0) ?? Number.NaN };
}

/**
 * Each `%` first stands for nothing; where the steps behind it fail, it takes in one more code point and they start again.
 * Only the last `%` passed ever needs that: if the text can match at all, then also with the earliest match of all that
 * came before. So this takes at most steps * code points, also for patterns such as `%a%a%a%` that make backtracking
 * matchers explode, and no memory.
 */
function matches(steps: readonly Step[], text: string): boolean {
  let step = 0;
  let at = 0;
  let lastRun = -1;
  let lastRunEnd = 0;
  while (at < text.length) {
    const wanted = steps[step];
    const codePoint = text.codePointAt(at) ?? Number.NaN;
    if (wanted === 'any-run') {
      lastRun = step;
      lastRunEnd = at;
      step += 1;
    } else if (wanted === 'any-one' || wanted?.codePoint === codePoint) {
      step += 1;
      at += width(codePoint);
    } else if (lastRun === -1) {
      return false;
    } else {
      lastRunEnd += width(text.codePointAt(lastRunEnd) ?? Number.NaN);
      step = lastRun + 1;
      at = lastRunEnd;
    }
  }
  return steps.slice(step).every((left) => left === 'any-run');
}

/** In UTF-16 units. */
function width(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}
