import { join } from 'node:path';
import { composeUp, detectRuntime, stackUp } from '@hourmill/stack';

/** A Druid for the time of the demo. Disposing stops what the demo started; its data stays. */
export interface DemoDruid extends AsyncDisposable {
  readonly broker: string;
  /** The variables that the demo's definition takes its addresses from. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts a Druid in the best way that this machine offers; null, with the reasons on stderr, when it offers none.
 * Containers are left running, because starting them again takes minutes; `docker compose down` ends them.
 */
export async function startDemoDruid(
  dataDir: string,
  warehouse: string,
  signal: AbortSignal,
): Promise<DemoDruid | null> {
  const { kind, reasons } = await detectRuntime();
  for (const reason of reasons) process.stderr.write(`${reason}\n`);
  switch (kind) {
    case 'java': {
      const stack = await stackUp({ services: ['druid'], dataDir: join(dataDir, 'stack'), signal });
      const { druid } = stack;
      return druid === undefined ? null : demoDruid(druid, () => stack.stop());
    }
    case 'docker':
      return demoDruid((await composeUp({ warehouse, signal })).druid, async () => {});
    case 'none':
      return null;
  }
}

function demoDruid(address: { coordinator: string; broker: string }, stop: () => Promise<void>): DemoDruid {
  const { coordinator, broker } = address;
  return {
    broker,
    environment: { DRUID_COORDINATOR: coordinator, DRUID_BROKER: broker },
    [Symbol.asyncDispose]: stop,
  };
}
