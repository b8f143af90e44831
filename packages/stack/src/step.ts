/** Told in plain words what is going on, for people who wait. */
export type OnStep = (text: string) => void;

/** One line on standard error a step. */
export const stepsToStderr: OnStep = (text) => {
  process.stderr.write(`${text}\n`);
};
