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
  'mailUrl',
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
  const redact = { paths: SECRETS, censor: '[hidden]' };
  return pino({ level: config.logLevel, base: null, redact, serializers: { error: described } }, stream);
}

/** What an error says of itself, and where. What databases hang on (statement, parameters, row) holds people's data and stays out. */
function described(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? { code: String(error.code) } : {};
  return { name: error.name, message: error.message, ...code, stack: error.stack };
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
