import { createServer, type Server } from 'node:net';
import { HourmillError, invariant } from '@hourmill/core';

/**
 * Below 32768, where Linux begins to take the ports of outgoing connections: a server needs seconds from the choice of
 * its port to opening it.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 1_000;

/**
 * A port of 127.0.0.1 for each name: the given one, else a free one. All are different and were free a moment ago.
 * Throws HM_STACK_003 when a given port is taken.
 */
export async function choosePorts<N extends string>(
  names: readonly N[],
  given?: Readonly<Partial<Record<N, number>>>,
): Promise<Record<N, number>> {
  const held: Server[] = [];
  try {
    const chosen = {} as Record<N, number>;
    for (const name of names.toSorted((a, b) => Number(given?.[a] === undefined) - Number(given?.[b] === undefined))) {
      const port = given?.[name];
      chosen[name] = port === undefined ? await holdFree(held) : await holdGiven(held, name, port);
    }
    return chosen;
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function holdGiven(held: Server[], name: string, port: number): Promise<number> {
  if (await hold(held, port)) return port;
  throw new HourmillError(
    'HM_STACK_003',
    `Port ${port} for ${name} is taken or not allowed. Give another one, or none`,
  );
}

async function holdFree(held: Server[]): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await hold(held, port)) return port;
  }
  invariant(false, `no free port between ${LOWEST} and ${HIGHEST}`);
}

function hold(held: Server[], port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      held.push(server);
      resolve(true);
    });
  });
}
