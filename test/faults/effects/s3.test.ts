import { inject } from 'vitest';
import { failEachEffect } from './fail-each-effect.ts';
import { CRASH, ERROR_AFTER, type Way } from './process.ts';
import { S3Places } from './s3-places.ts';
import { STORIES } from './stories.ts';

const ANSWER_CUT: Way = { name: 'answer cut in the middle', when: 'half', how: 'fails', of: /^GET/ };

/** Each case takes half a second on a real server: HOURMILL_ALL_S3_STORIES=1 tells all of them. */
const TOLD =
  process.env['HOURMILL_ALL_S3_STORIES'] === '1'
    ? STORIES
    : STORIES.filter(({ name }) => name === 'the first run' || name.startsWith('a late merge'));

failEachEffect(TOLD, () => S3Places.on(inject('s3')), [
  { level: 'ports', ways: [ERROR_AFTER, CRASH] },
  { level: 'calls', ways: [ANSWER_CUT] },
]);
