/** What becomes of one call to the world outside. */
export type Fate =
  /** It takes effect and is answered. */
  | 'answered'
  /** It fails without an effect. */
  | 'refused'
  /** It takes effect, and the answer is lost. */
  | 'unanswered'
  /** It fails, and takes effect some time later: it was still under way. */
  | 'overtaken'
  /** The process dies before it, or just after it took effect. */
  | 'dies before'
  | 'dies after'
  /** The process stands still, longer than its lease at times, before it or just after it took effect. */
  | 'sleeps before'
  | 'sleeps after';

export type FaultRates = Readonly<Record<Exclude<Fate, 'answered'>, number>>;

export const NO_FAULTS: FaultRates = {
  refused: 0,
  unanswered: 0,
  overtaken: 0,
  'dies before': 0,
  'dies after': 0,
  'sleeps before': 0,
  'sleeps after': 0,
};

/** Of every call, how likely each fault is: for some seeds all kinds, for others one of them more often. */
export const FAULT_PROFILES: readonly [FaultRates, ...FaultRates[]] = [
  {
    refused: 0.01,
    unanswered: 0.01,
    overtaken: 0.01,
    'dies before': 0.004,
    'dies after': 0.004,
    'sleeps before': 0.01,
    'sleeps after': 0.01,
  },
  { ...NO_FAULTS, 'sleeps before': 0.04, 'sleeps after': 0.02 },
  { ...NO_FAULTS, 'dies before': 0.01, 'dies after': 0.02, overtaken: 0.02 },
  { ...NO_FAULTS, refused: 0.02, unanswered: 0.03 },
  NO_FAULTS,
];
