import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CannotStart, type Config, readConfig } from '../../config/index.ts';

/** Options and words of a command; a mistake becomes one sentence. */
export function readArguments<const O extends ParseArgsOptionsConfig>(
  args: string[],
  options: O,
  usage: string,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new CannotStart(`${what.replace(/\.$/, '')}. Usage: ${usage}`);
  }
}

export function configOf(env: Readonly<Record<string, string | undefined>>): Config {
  const outcome = readConfig(env);
  if (!outcome.ok) throw new CannotStart(outcome.sentence);
  return outcome.config;
}
