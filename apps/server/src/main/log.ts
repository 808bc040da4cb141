import pino from 'pino';
import type { Config } from '../config/index.ts';

export type ServerLog = pino.Logger;

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};
/** Names under which a secret could stand in a log line. */
const SECRETS = [
  'token',
  'key',
  'authorization',
  'password',
  'databaseUrl',
  '*.token',
  '*.key',
  '*.authorization',
];

/**
 * Structured log on standard error. `text` is one plain line per event for people; the fields follow only from `warn` on and when
 * details were asked for.
 */
export function createLog(
  config: Pick<Config, 'logLevel' | 'logFormat'>,
  write: (text: string) => void,
): ServerLog {
  const detailed = config.logLevel === 'debug' || config.logLevel === 'trace';
  const stream = {
    write: (line: string) => write(config.logFormat === 'json' ? line : plain(line, detailed)),
  };
  return pino({ level: config.logLevel, base: null, redact: { paths: SECRETS, censor: '[hidden]' } }, stream);
}

/** A log for tests and replays. */
export const silentLog: ServerLog = pino({ level: 'silent' });

function plain(line: string, detailed: boolean): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as {
    level: number;
    time: number;
    msg?: string;
  } & Record<string, unknown>;
  const clock = new Date(time).toISOString().slice(11, 19);
  const shown =
    detailed || level >= 40
      ? Object.entries(fields).map(
          ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
        )
      : [];
  return `${clock}Z ${LEVELS[level] ?? level} ${[msg ?? '', ...shown].join('  ')}\n`;
}
