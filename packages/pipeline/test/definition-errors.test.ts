import { readdirSync, readFileSync } from 'node:fs';
import { isHourmillError } from '@hourmill/core';
import { expect, test } from 'vitest';
import { loadDefinition } from '../src/index.ts';

const folder = new URL('./errors/', import.meta.url);
const OUTSIDE: Readonly<Record<string, string>> = { SECRET: "open'sesame", FIELD: 'sesame' };
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function messageOf(name: string): string {
  try {
    loadDefinition(name, {
      text: readFileSync(new URL(name, folder), 'utf8'),
      env: (variable) => OUTSIDE[variable],
      readFile: () => {
        throw new Error('there is no such file');
      },
    });
  } catch (error) {
    if (!isHourmillError(error)) throw error;
    return `${error.code}\n${error.message.replaceAll(process.cwd(), 'FOLDER')}\n`;
  }
  return 'no error\n';
}

// Golden pairs: errors/x.yaml and what is said of it, errors/x.txt. `vitest run -u` writes the texts anew.
test.each(names)('%s is refused with the message that stands beside it', async (name) => {
  await expect(messageOf(name)).toMatchFileSnapshot(`./errors/${name.replace('.yaml', '.txt')}`);
});

test('no message shows a value that came from outside', () => {
  for (const name of names) expect(messageOf(name), name).not.toContain('sesame');
});
