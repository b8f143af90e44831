import { invariant } from '@hourmill/core';

/** One step of a pattern: any run of code points (`%`), any one (`_`), or exactly this one. */
type Step = 'any-run' | 'any-one' | { readonly exactly: string };

/**
 * Compiles a `like` pattern: case-sensitive, by code point, matching the whole string. The escape makes the code point
 * after it plain.
 */
export function compileLike(pattern: string, escapeCharacter: string | null): (text: string) => boolean {
  const steps = stepsOf(pattern, escapeCharacter);
  return (text) => matches(steps, [...text]);
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
      steps.push({ exactly: plain });
    } else if (character === '%') steps.push('any-run');
    else if (character === '_') steps.push('any-one');
    else steps.push({ exactly: character ?? '' });
  }
  return steps;
}

/**
 * `reachable` holds, in ascending order, how many characters of the text the steps so far can have matched. Takes at most
 * steps * characters, also for patterns such as `%a%a%a%` that make backtracking matchers explode.
 */
function matches(steps: readonly Step[], characters: readonly string[]): boolean {
  let reachable = [0];
  for (const step of steps) {
    const [smallest] = reachable;
    if (smallest === undefined) return false;
    reachable = step === 'any-run' ? range(smallest, characters.length) : oneFurther(step, reachable, characters);
  }
  return reachable.at(-1) === characters.length;
}

function oneFurther(
  step: Exclude<Step, 'any-run'>,
  reachable: readonly number[],
  characters: readonly string[],
): number[] {
  return reachable
    .filter((at) => at < characters.length && (step === 'any-one' || step.exactly === characters[at]))
    .map((at) => at + 1);
}

/** Both ends included. */
function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
