import { failEachEffect } from './fail-each-effect.ts';
import { FilePlaces } from './file-places.ts';
import { CRASH, ERROR_AFTER, ERROR_BEFORE, type Way } from './process.ts';
import { STORIES } from './stories.ts';

// A call that changes nothing leaves after a failure or a crash what the call before it has left.
const CHANGES = /^(open .* wx|write|mkdir|link|rename|unlink)/;
const WRITES = /^write/;

const CALLS: readonly Way[] = [
  ERROR_BEFORE,
  { ...ERROR_AFTER, of: CHANGES },
  { ...CRASH, of: CHANGES },
  { name: 'error in the middle', when: 'half', how: 'fails', of: WRITES },
  { name: 'crash in the middle', when: 'half', how: 'dies', of: WRITES },
  // What an fsync makes durable is lost until it returns.
  { name: 'power cut', when: 'after', how: 'power', of: CHANGES },
];

failEachEffect(STORIES, async () => new FilePlaces(), [
  { level: 'ports', ways: [ERROR_BEFORE, ERROR_AFTER, CRASH] },
  { level: 'calls', ways: CALLS },
]);
