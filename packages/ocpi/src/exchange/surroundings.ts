/** Epoch milliseconds; handed in so that replays and tests own the time. */
export interface Clock {
  now(): number;
}

/** `count` bytes that nobody can guess; tokens and request ids come from here. */
export type RandomBytes = (count: number) => Uint8Array;

/** Structured log; fields never hold tokens (only the first 8 characters of their hash). */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** For callers that do not want a log. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
