import type { Message } from 'kafkajs';
import { type MessageFields, messageParts } from './message-fields.ts';
import { messageLines } from './message-lines.ts';

/** A broker takes no batch of more than 1 MiB by default, and a batch is what one request holds for one partition. */
const REQUEST_BYTES = 512 * 1024;
const REQUEST_MESSAGES = 1_000;

/**
 * The messages of a file, as many at a time as a request takes. Those without a key have the partitions in turn, those
 * with one none: the partitioner chooses.
 */
export async function* messageRequests(
  file: string,
  fields: MessageFields,
  partitions: number,
): AsyncGenerator<Message[]> {
  let messages: Message[] = [];
  let bytes = 0;
  let turn = 0;
  for await (const value of messageLines(file)) {
    if (messages.length > 0 && (messages.length >= REQUEST_MESSAGES || bytes + value.length > REQUEST_BYTES)) {
      yield messages;
      messages = [];
      bytes = 0;
    }
    const parts = messageParts(value, fields);
    messages.push({ value, ...parts, ...(parts.key === undefined && { partition: turn++ % partitions }) });
    bytes += value.length;
  }
  if (messages.length > 0) yield messages;
}
