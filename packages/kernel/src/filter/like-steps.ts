import { invariant } from '@hourmill/core';
import { literalBytes } from './literal-bytes.ts';

/** Steps that are no byte; as in `assembly/filter/like.ts`. */
const ANY_ONE = 256;
const ANY_RUN = 257;

/** The steps of a `like` pattern: bytes, any one code point (`_`), any run (`%`). What follows the escape is plain. */
export function likeSteps(pattern: string, escapeCharacter: string | null): readonly number[] {
  const characters = [...pattern];
  const steps: number[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === escapeCharacter) {
      at += 1;
      const plain = characters[at];
      invariant(plain !== undefined, 'a like pattern ends with its escape character');
      steps.push(...literalBytes(plain));
    } else if (character === '%') steps.push(ANY_RUN);
    else if (character === '_') steps.push(ANY_ONE);
    else steps.push(...literalBytes(character));
  }
  return steps;
}
