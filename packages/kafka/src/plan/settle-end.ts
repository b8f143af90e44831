/**
 * Where the window ends in the log of a partition.
 *
 * A broker finds the first record with a time >= `toMs`. With LogAppendTime that is the end: times never fall. With CreateTime the
 * producers choose the times, and one record stamped ahead answers for all that come after it. No request finds a *later* record
 * with a *smaller* time; to be sure one would have to read the log to its end. So:
 *
 * 1. Look at the headers of the batches from the broker's answer on, 1 MiB of them and four batches at least.
 * 2. As long as an eighth of them show times of the window, or half of them times before `toMs`, the log has not passed the
 *    window: the broker's answer was a record stamped ahead. Go on, first by steps that double, each with a sample of 64 KiB, then by steps that are halved: what is
 *    stepped over lies inside the range, so nothing is lost by not looking at it, and a whole hour costs some dozen samples.
 * 3. Fewer: the log has passed the window, and these are stragglers. The range goes on to behind the last of them, and eight more
 *    looks are taken as long as there are any.
 * 4. A look without any: samples at distances that double up to the end of the log. Where half of a sample shows times before
 *    `toMs` the log has come back (a load of records stamped ahead lay in between), and all begins again there.
 *
 * A header shows the time of the first record and the latest of all; those between are hidden. So the range also takes in the whole
 * batch that holds the broker's answer; a batch around the whole window; and a batch of later times that is out of order (a
 * following one has only times before its first).
 *
 * What is certain: a log whose records lie in the window in any order, with one record of whatever time among them, and then only
 * later times, loses nothing. What remains possible: a straggler more than a quiet MiB behind the window, sparse stragglers
 * more than nine MiB behind it, and one hidden in a batch that shows only later times, in order. `message.timestamp.after.max.ms`
 * of the topic (KIP-937; an hour by default since Kafka 4.0) bounds how far ahead records can be stamped at all. LogAppendTime
 * rules all of it out.
 *
 * The start needs no such care. Below the first record with a time >= `fromMs` no record of the window can lie, in whatever
 * order they are: a record stamped ahead before the window makes a run read more, never less.
 */
import { type BatchSummary, mayHideTimes, showsBefore, showsWindow, type TimeWindow } from './batch-summary.ts';

const LOOK_BYTES = 1 << 20;
const LOOK_BATCHES = 4;
const SAMPLE_BYTES = 64 << 10;
const MAX_STRAGGLER_LOOKS = 8;
/** Of the batches of a look: so many show times of the window while the log has not passed it. */
const WINDOW_SHARE = 1 / 8;
/**
 * Or so many show any time before the window's end. Of a sample far away this alone counts: some records that came late, or are
 * always late, are no reason to read hours of others.
 */
const BEFORE_SHARE = 1 / 2;

/** Batches from the one that holds an offset on: {@link TopicLog.batches} of one partition. */
type LookAt = (offset: number, maxBytes: number) => Promise<readonly BatchSummary[]>;

interface EndQuestion {
  readonly window: TimeWindow;
  /** Offset of the first record with a time >= `window.toMs`. */
  readonly answer: number;
  /** Offset where the log ends: the range never goes on beyond. */
  readonly limit: number;
  readonly lookAt: LookAt;
}

/** The offset behind the window, from `answer` to `limit`. The same log gives the same offset. */
export async function settleEnd(question: EndQuestion): Promise<number> {
  const { answer, limit, window } = question;
  let end = answer;
  let stragglerLooks = 0;
  for (let at = answer; at < limit; ) {
    const look = await lookFrom(question, at);
    end = Math.max(end, endIn(look, question));
    if (look.next >= limit) break;
    if (isBeforeEnd(look.batches, window)) {
      stragglerLooks = 0;
      const further = await stepOver(question, look.next, look.next - at);
      end = Math.max(end, further ?? 0);
      at = further ?? look.next;
    } else if (
      look.batches.some((batch) => !batch.isControl && showsWindow(batch, window)) &&
      stragglerLooks < MAX_STRAGGLER_LOOKS
    ) {
      stragglerLooks += 1;
      at = look.next;
    } else {
      const back = await findReturn(question, look.next, look);
      if (back === null) break;
      stragglerLooks = 0;
      at = back;
      end = Math.max(end, at);
    }
  }
  return Math.min(end, limit);
}

interface Look {
  readonly batches: readonly BatchSummary[];
  /** The offset behind the last of them; the limit when there is none. */
  readonly next: number;
}

async function lookFrom({ lookAt, limit }: EndQuestion, from: number): Promise<Look> {
  const batches: BatchSummary[] = [];
  let bytes = 0;
  let next = from;
  while (next < limit && (bytes < LOOK_BYTES || batches.length < LOOK_BATCHES)) {
    const more = (await lookAt(next, Math.max(LOOK_BYTES - bytes, SAMPLE_BYTES))).filter(
      ({ baseOffset }) => baseOffset < limit,
    );
    const last = more.at(-1);
    next = last === undefined ? limit : last.lastOffset + 1;
    batches.push(...more);
    bytes += more.reduce((sum, batch) => sum + batch.bytes, 0);
  }
  return { batches, next };
}

/** Behind the last batch of a look that is part of the range, or may be; 0 for none. */
function endIn({ batches }: Look, { window, answer }: EndQuestion): number {
  let lowestBehind = Number.POSITIVE_INFINITY;
  for (const batch of batches.toReversed()) {
    if (batch.isControl) continue;
    const holdsAnswer = batch.baseOffset <= answer && answer <= batch.lastOffset;
    const isOutOfOrder = batch.firstMs >= window.toMs && lowestBehind < batch.firstMs;
    const isAround = batch.firstMs < window.fromMs && batch.maxMs >= window.toMs;
    const hides = mayHideTimes(batch) && (holdsAnswer || isOutOfOrder || isAround);
    if (batch.baseOffset < answer || showsWindow(batch, window) || hides) return batch.lastOffset + 1;
    lowestBehind = Math.min(lowestBehind, batch.maxMs);
  }
  return 0;
}

/** The log has not passed the window at these batches. */
function isBeforeEnd(batches: readonly BatchSummary[], window: TimeWindow): boolean {
  return isShare(batches, WINDOW_SHARE, (batch) => showsWindow(batch, window)) || isMostlyBefore(batches, window);
}

function isMostlyBefore(batches: readonly BatchSummary[], { toMs }: TimeWindow): boolean {
  return isShare(batches, BEFORE_SHARE, (batch) => showsBefore(batch, toMs));
}

/** Markers of transactions have no say. */
function isShare(
  batches: readonly BatchSummary[],
  share: number,
  isCounted: (batch: BatchSummary) => boolean,
): boolean {
  const said = batches.filter(({ isControl }) => !isControl);
  const counted = said.filter(isCounted).length;
  return counted > 0 && counted >= said.length * share;
}

/** A later place before the window's end, as late as sampling finds one in steps of `span` and more; null for none. */
async function stepOver({ window, limit, lookAt }: EndQuestion, from: number, span: number): Promise<number | null> {
  const isBefore = async (offset: number): Promise<boolean> =>
    offset < limit && isBeforeEnd(await lookAt(offset, SAMPLE_BYTES), window);
  let at = from;
  let step = span;
  for (; await isBefore(at + step); step *= 2) at += step;
  for (step = Math.floor(step / 2); step >= span; step = Math.floor(step / 2))
    if (await isBefore(at + step)) at += step;
  return at === from ? null : at;
}

/** Where the log shows the window's times again, far behind a place that it passed the window at. */
async function findReturn(question: EndQuestion, from: number, look: Look): Promise<number | null> {
  const { window, limit, lookAt } = question;
  if (look.batches.every(({ isAppendTime, isControl }) => isAppendTime || isControl)) return null;
  for (let distance = from - (look.batches[0]?.baseOffset ?? from - 1); from + distance < limit; distance *= 2) {
    if (isMostlyBefore(await lookAt(from + distance, SAMPLE_BYTES), window)) return from + distance;
  }
  return null;
}
