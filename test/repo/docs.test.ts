import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HOUR_STATES, type HourState, mayFollow } from '@hourmill/core';
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

test('the table of the commit protocol is that of the code', () => {
  const text = readFileSync(`${root}docs/the-commit-protocol.md`, 'utf8');
  const rows = [...text.matchAll(/^\| (?:`([\w-]+)`|nothing) \| (.*) \| (.*) \|$/gm)];
  const names = (cell = '') => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  const from = (state: HourState | undefined, writer: 'same-run' | 'other-run') =>
    HOUR_STATES.filter((to) => mayFollow(state, to, writer));
  const written = rows
    .slice(0, HOUR_STATES.length + 1)
    .map(([, state, same, other]) => [state, names(same), names(other)]);
  const coded = [undefined, ...HOUR_STATES].map((state) => [state, from(state, 'same-run'), from(state, 'other-run')]);
  expect(written).toEqual(coded);
});
