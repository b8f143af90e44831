let printed = false;

/** Prints the one JSON document of `--json` on stdout. A later one is dropped: the first says more than an error after it. */
export function printJson(value: unknown): void {
  if (printed) return;
  printed = true;
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
