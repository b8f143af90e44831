import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
});

test.each(pages.trim().split('\n'))('every path that %s names is there', (page) => {
  const text = readFileSync(`${root}${page}`, 'utf8');
  const paths = [...text.matchAll(/`((?:packages|docs|test|scripts|pipelines|schemas|data)\/[\w./-]+)`/g)].map(
    ([, path]) => path,
  );
  expect(paths.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
});
