import { inject } from 'vitest';
import { failEachEffect } from './fail-each-effect.ts';
import { CRASH, ERROR_AFTER, ERROR_BEFORE, type Way } from './process.ts';
import { S3Places } from './s3-places.ts';
import { STORIES } from './stories.ts';

const ANSWER_CUT: Way = { name: 'answer cut in the middle', when: 'half', how: 'fails', of: /^GET/ };

failEachEffect(STORIES, () => S3Places.on(inject('s3')), [
  { level: 'ports', ways: [ERROR_BEFORE, ERROR_AFTER, CRASH] },
  { level: 'calls', ways: [ERROR_BEFORE, ERROR_AFTER, CRASH, ANSWER_CUT] },
]);
