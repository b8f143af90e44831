import { type HandOver, isoMillis, sha256, type TimeChunk } from '@hourmill/core';

const LONGEST_NAME = 100;

/**
 * The id of the task that indexes a manifest: a function of data source, hour, manifest hash and attempt, the same on
 * every machine (DESIGN.md section 8.4). Druid takes an id once, for ever: that is what makes sending it twice harmless.
 */
export function indexTaskId(dataSource: string, handOver: HandOver, attempt: number): string {
  const hash = handOver.manifestSha256.slice(0, 16);
  return `${taskIdPrefix(dataSource, handOver.manifest.plan.chunk)}-${hash}-a${attempt}`;
}

function taskIdPrefix(dataSource: string, chunk: TimeChunk): string {
  const time = isoMillis(chunk.startMs).slice(0, 16).replace(/[-:]/g, '');
  return `hourmill-${safeName(dataSource)}-${time}`;
}

/**
 * Task ids become names of directories and log files and may hold 255 characters, so only letters, digits, `_` and `-`
 * stay as they are; other bytes become `.` and two hex digits, and a long name is cut and ends in `..` and its hash.
 */
function safeName(name: string): string {
  const bytes = [...Buffer.from(name, 'utf8')];
  const encoded = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(character) ? character : `.${byte.toString(16).padStart(2, '0')}`;
  });
  const text = encoded.join('');
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, LONGEST_NAME - 18)}..${sha256(name).slice(0, 16)}`;
}
