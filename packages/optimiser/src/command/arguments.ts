/** The options of `smac plan`. */
import { parseArgs } from 'node:util';

export interface PlanArguments {
  help: boolean;
  file: string;
  pretty: boolean;
  timeLimitS: number;
  engine: string;
  /** File with the plan before this one; empty when there is none. */
  last: string;
}

const LONGEST_S = 3600;

export function readPlanArguments(args: string[]): PlanArguments | { mistake: string } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return { mistake: error instanceof Error ? firstSentence(error.message) : String(error) };
  }
  const { values, positionals } = parsed;
  const wanted = {
    help: values.help,
    file: positionals[0] ?? '',
    pretty: values.pretty,
    timeLimitS: Number(values['time-limit']),
    engine: values.engine,
    last: values.last,
  };
  if (wanted.help) return wanted;
  if (positionals.length !== 1) {
    return {
      mistake: `smac plan needs one file, or - for standard input; got ${positionals.length || 'none'}`,
    };
  }
  if (!(wanted.timeLimitS > 0 && wanted.timeLimitS <= LONGEST_S)) {
    return {
      mistake: `--time-limit: must be seconds above 0 and at most ${LONGEST_S}, got ${values['time-limit']}`,
    };
  }
  return wanted;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      pretty: { type: 'boolean', default: false },
      'time-limit': { type: 'string', default: '10' },
      engine: { type: 'string', default: 'auto' },
      last: { type: 'string', default: '' },
    },
  });
}

const firstSentence = (text: string) => text.split('. ')[0]!;
