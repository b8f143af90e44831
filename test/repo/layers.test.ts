import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/check-layers.mjs', import.meta.url));

function checkLayers(...args: string[]) {
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

describe('the arrows between packages', () => {
  test('all point down, and every source file was looked at', () => {
    const { status, stderr } = checkLayers();
    expect(stderr).toMatch(/\d+ modules, all arrows point down/);
    expect(status).toBe(0);
  });

  test('a planted import from core up to cli is found', () => {
    const planted = fileURLToPath(new URL('../fixtures/planted-violation', import.meta.url));
    const { status, stderr } = checkLayers(planted);
    expect(stderr).toContain('core-imports-down-only: packages/core/src/upward.ts -> packages/cli/src/program.ts');
    expect(status).toBe(1);
  });
});
