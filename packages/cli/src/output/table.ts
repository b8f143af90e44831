/** Lines of a plain table: a header, a rule, a line a row; numbers and bigints to the right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number | bigint | null)[])[],
): string {
  const cells = rows.map((row) =>
    row.map((value) => (value === null ? '-' : typeof value === 'string' ? value : group(value))),
  );
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const isNumeric = header.map((_, column) =>
    rows.some((row) => typeof row[column] === 'number' || typeof row[column] === 'bigint'),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, column) =>
        isNumeric[column] ? value.padStart(widths[column] ?? 0) : value.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

/** 39244 -> `39,244`. */
export function group(value: number | bigint): string {
  return value.toLocaleString('en-US');
}
