import { readdirSync, readFileSync } from 'node:fs';

/** The commands of all processes that mention the folder. */
export function processesOf(dataDir: string): string[] {
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });
  return commands.filter((command) => command.includes(dataDir));
}
