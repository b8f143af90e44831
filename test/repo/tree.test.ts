import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

describe('the tree', () => {
  test('the lockfile holds no download address', () => {
    expect(readFileSync(new URL('pnpm-lock.yaml', root), 'utf8')).not.toMatch(/https?:\/\/|tarball:/);
  });

  test('every dependency is pinned exactly', () => {
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*package.json'], {
      cwd: root,
      encoding: 'utf8',
    });
    for (const file of files.trim().split('\n')) {
      const {
        dependencies = {},
        devDependencies = {},
        optionalDependencies = {},
      } = JSON.parse(readFileSync(new URL(file, root), 'utf8'));
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
        expect(`${name} ${version}`).toMatch(/ (workspace:\*|\d+\.\d+\.\d+[\w.-]*)$/);
      }
    }
  });
});
