import type { Log } from '../surroundings.ts';

/** Keeps what was logged, as `level message`. */
export class TestLog implements Log {
  readonly lines: string[] = [];

  info(_fields: Readonly<Record<string, unknown>>, message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(_fields: Readonly<Record<string, unknown>>, message: string): void {
    this.lines.push(`warn ${message}`);
  }
  error(fields: Readonly<Record<string, unknown>>, message: string): void {
    const { error } = fields;
    this.lines.push(`error ${message} ${error instanceof Error ? error.stack : JSON.stringify(fields)}`);
  }
}
