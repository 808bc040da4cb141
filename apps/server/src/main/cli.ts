import process from 'node:process';
import { CannotStart } from '../config/index.ts';
import { HELP, HELP_OF } from './help.ts';
import { VERSION } from './version.ts';

/** A command: gets what follows its name, returns the exit code. */
export type Command = (args: string[], streams: Streams) => Promise<number>;

export interface Streams {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Commands are loaded when they are used, so that help answers at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  plan: async () => {
    const { runPlanCommand } = await import('@smac/optimiser/command');
    return (args, streams) => runPlanCommand(args, streams);
  },
  ocpi: async () => (await import('./commands/ocpi.ts')).ocpi,
  apikey: async () => (await import('./commands/apikey.ts')).apikey,
  user: async () => (await import('./commands/user.ts')).user,
  station: async () => (await import('./commands/station.ts')).station,
  cert: async () => (await import('./commands/cert.ts')).cert,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  grid: async () => (await import('./commands/grid.ts')).grid,
  token: async () => (await import('./commands/token.ts')).token,
  audit: async () => (await import('./commands/audit.ts')).audit,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  export: async () => (await import('./commands/backup.ts')).exportCommand,
  restore: async () => (await import('./commands/backup.ts')).restoreCommand,
};

/** Commands that explain each of their verbs, or their settings, themselves. */
const EXPLAINS_ITSELF = new Set(['serve', 'plan', 'simulate', 'ocpi check']);

/** The program `smac`. Exit codes: 0 done, 1 the answer is no, 2 something must be put right first. */
export async function main(args: string[], streams: Streams = process): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    streams.stdout.write(HELP);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    streams.stdout.write(`smac ${VERSION} (Node ${process.versions.node})\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    streams.stderr.write(`smac: there is no command "${name}"; \`smac --help\` shows them all.\n`);
    return 2;
  }
  const asksForHelp = rest.includes('--help') || rest.includes('-h');
  const help = asksForHelp && Object.hasOwn(HELP_OF, name) ? HELP_OF[name] : undefined;
  if (help !== undefined) {
    streams.stdout.write(help);
    return 0;
  }
  const whole = EXPLAINS_ITSELF.has(name) || EXPLAINS_ITSELF.has(`${name} ${rest[0]}`);
  try {
    const command = await load();
    if (asksForHelp) return await command(whole ? rest : ['--help'], streams);
    const { besideDemo } = await import('./commands/demo-running.ts');
    return await command(rest, await besideDemo(name, streams));
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    streams.stderr.write(`smac: ${error.message}\n`);
    return 2;
  }
}
