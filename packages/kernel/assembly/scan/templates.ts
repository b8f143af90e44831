// The templates in use, and when another is learned: where rows go by the slow way, or have members that no template knows.
// Learning that does not pay is done ever more seldom, so that data without any shape costs little.
import { rowEnd, rowStart } from '../block';
import { learn } from './learn';
import { beginAlike, dropTemplate, elementCount, hitsOf, setHits } from './template';

const MAX_TEMPLATES: i32 = 8;
/** So many rows are looked at for the one with the most members. */
const SAMPLES: i32 = 8;
/** Templates that read fewer rows before the next one is learned were not worth learning. */
const FEW_HITS: u32 = 16;
const MAX_PATIENCE: u32 = 256;

/** The templates, the one of most hits first. */
const templates = memory.data(4 * 8, 16);
let learned: i32 = 0;
let newest: usize = 0;
/** Blocks to wait before learning again; doubled whenever what was learned proved useless. */
let patience: u32 = 0;
let resting: u32 = 0;

/** Templates in use. */
export function templateCount(): i32 {
  return learned;
}

/** Forgets all templates. */
export function dropTemplates(): void {
  for (let i: i32 = 0; i < learned; i++) dropTemplate(templateAt(i));
  learned = 0;
  newest = 0;
  patience = 0;
  resting = 0;
}

/** Whether no later template begins as this one does: then a row that differs had better take a detour here. */
export function isLastOfItsKind(index: i32): bool {
  for (let i = index + 1; i < learned; i++) if (beginAlike(templateAt(i), templateAt(index))) return false;
  return true;
}

// @ts-ignore: decorator
@inline
export function templateAt(index: i32): usize {
  return load<u32>(templates + 4 * <usize>index);
}

/** Swaps a template with the one before it, when it has more hits. */
function promote(index: i32): void {
  const template = templateAt(index);
  const before = templateAt(index - 1);
  if (hitsOf(template) <= hitsOf(before)) return;
  store<u32>(templates + 4 * <usize>(index - 1), <u32>template);
  store<u32>(templates + 4 * <usize>index, <u32>before);
}

/** Brings the templates nearer to the order of their hits. */
export function promoteTemplates(): void {
  for (let i: i32 = 1; i < learned; i++) promote(i);
}

/** Halves the hits, and drops templates that have none. */
export function fadeTemplates(): void {
  let kept: i32 = 0;
  for (let i: i32 = 0; i < learned; i++) {
    const template = templateAt(i);
    const hits = hitsOf(template);
    setHits(template, hits >>> 1);
    if (hits || template == newest) {
      store<u32>(templates + 4 * <usize>kept, <u32>template);
      kept++;
    } else {
      dropTemplate(template);
    }
  }
  learned = kept;
}

/** Rows that can be learned from; of many, the last. */
const sampleRow = memory.data(4 * 8, 16);

export function addSample(index: i32, row: usize): void {
  store<u32>(sampleRow + 4 * <usize>(index % SAMPLES), <u32>row);
}

/** Learns from one of so many samples, unless learning did not pay of late. The template of the fewest hits makes room. */
export function consider(samples: i32): void {
  if (resting) {
    resting--;
    return;
  }
  if (newest) {
    patience = hitsOf(newest) < FEW_HITS ? min(2 * patience + 1, MAX_PATIENCE) : 0;
    resting = patience;
    newest = 0;
    if (resting) return;
  }
  const template = learnLargest(min(samples, SAMPLES));
  if (!template) return;
  if (learned == MAX_TEMPLATES) {
    learned--;
    dropTemplate(templateAt(learned));
  }
  store<u32>(templates + 4 * <usize>learned, <u32>template);
  learned++;
  newest = template;
}

/** The template of most elements: records that lack a field can go on behind it, but a field that a template lacks is slow. */
function learnLargest(samples: i32): usize {
  let largest: usize = 0;
  for (let i: i32 = 0; i < samples; i++) {
    const row = <usize>load<u32>(sampleRow + 4 * <usize>i);
    const template = learn(load<u32>(rowStart + 4 * row), load<u32>(rowEnd + 4 * row));
    if (!template) continue;
    if (!largest || elementCount(template) > elementCount(largest)) {
      if (largest) dropTemplate(largest);
      largest = template;
    } else {
      dropTemplate(template);
    }
  }
  return largest;
}
