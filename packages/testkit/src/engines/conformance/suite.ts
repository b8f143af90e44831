import type { BuildInput, Built } from '../build.ts';

/** Runs the engine under test. */
export type Build = (input: BuildInput) => Promise<Built>;
