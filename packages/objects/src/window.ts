/** How many hours of time-patterned paths before and after the chunk are read too. */
export interface SourceWindow {
  readonly hoursBefore: number;
  readonly hoursAfter: number;
}
