export interface FuzzReport {
  readonly seed: number;
  /** Frames sent. */
  frames: number;
  /** Frames that came back. */
  answers: number;
  /** Connections that the victim ended because of a frame, and that were made again. */
  closed: number;
  /** Well-formed calls in between that had to be answered, and were. */
  soundCalls: number;
  /** Calls of a station that does nothing wrong, meanwhile on a connection of its own. */
  bystanderCalls: number;
  /** Longest time that the event loop stood still, milliseconds. */
  lagMs: number;
  heapMb: number;
  /** What must never happen, with the frame that did it. Empty after a good run. */
  readonly failures: string[];
}
