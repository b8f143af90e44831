import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { choosePorts } from '../src/free-ports.ts';

describe('choosePorts', () => {
  test('gives each name a port of its own', async () => {
    const ports = Object.values(await choosePorts(['a', 'b', 'c', 'd', 'e', 'f']));
    expect(new Set(ports).size).toBe(6);
  });

  test('chooses below the ports of outgoing connections', async () => {
    const { a } = await choosePorts(['a']);
    expect(a).toBeGreaterThanOrEqual(20_000);
    expect(a).toBeLessThan(32_768);
  });

  test('takes what is given', async () => {
    const { a: free } = await choosePorts(['a']);
    const ports = await choosePorts(['a', 'b'], { b: free });
    expect(ports.b).toBe(free);
    expect(ports.a).not.toBe(free);
  });

  test('refuses a given port that is taken, by name', async () => {
    const { a: port } = await choosePorts(['a']);
    const server = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      await expect(choosePorts(['druid.broker'], { 'druid.broker': port })).rejects.toMatchObject({
        code: 'HM_STACK_003',
        message: expect.stringContaining(`${port} for druid.broker`),
      });
    } finally {
      server.close();
    }
  });

  test('refuses one port for two names', async () => {
    const { a: port } = await choosePorts(['a']);
    await expect(choosePorts(['a', 'b'], { a: port, b: port })).rejects.toMatchObject({ code: 'HM_STACK_003' });
  });
});
