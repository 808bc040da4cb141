import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { type Config, configurationHelp } from '../../config/index.ts';
import { systemClock } from '../../time/clock.ts';
import type { Command } from '../cli.ts';
import { createLog } from '../log.ts';
import { type RunningServer, startServer } from '../start-server.ts';
import { configOf, readArguments } from './arguments.ts';

const USAGE = 'smac serve [--empty | --demo]';

/** `smac serve`: runs until it is told to stop. */
export const serve: Command = async (args, streams) => {
  const { values } = readArguments(
    args,
    {
      empty: { type: 'boolean', default: false },
      demo: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    USAGE,
  );
  if (values.help) {
    streams.stdout.write(serveHelp());
    return 0;
  }
  // `npm start` is `serve --demo`, so `npm start -- --empty` gives both: the later, explicit wish wins.
  const isDemo = values.demo && !values.empty;
  const config = settingsOf(streams.env, isDemo);
  const log = createLog(config, (text) => streams.stderr.write(text));
  // A defect in work nobody waits for must not stop charging for everybody: it is told, and the loop goes on.
  process.on('unhandledRejection', (error: unknown) =>
    log.error({ error }, 'Defect: something that nobody waited for failed'),
  );
  const around = { clock: systemClock, random: randomBytes, log };
  const server = isDemo
    ? await (await import('../demo.ts')).startDemoServer(config, around)
    : await startServer(config, around);
  streams.stdout.write(welcome(server.url, isDemo, await wayIn(server, isDemo)));
  await toldToStop();
  log.info({}, 'Stopping');
  await server.close();
  return 0;
};

/** Stations of the demo come from this machine by loopback, so its OCPP port asks for no certificate. @throws CannotStart */
export function settingsOf(env: NodeJS.ProcessEnv, isDemo: boolean): Config {
  return configOf(isDemo ? { ...env, SMAC_OCPP_WITHOUT_TLS: 'true' } : env);
}

/**
 * The link on the console with which the first admin gets in; it is in no log. The demo signs in at once, real operation asks for a
 * password and a second factor first. Empty where an admin is there already.
 */
async function wayIn({ accounts, publicUrl }: RunningServer, isDemo: boolean): Promise<readonly string[]> {
  if (isDemo) {
    const { token } = await accounts.oneTimeAdmin();
    return ['    operator site, signed in (works once):', `      ${publicUrl}/operator#sign-in=${token}`];
  }
  const invitation = await accounts.firstAdmin();
  if (invitation === undefined) return [];
  return [
    '  Nobody can sign in yet. Make the first admin with this link; it works once, until the next start:',
    `      ${publicUrl}/operator#invitation=${invitation.token}`,
  ];
}

function welcome(url: string, isDemo: boolean, wayInLines: readonly string[]): string {
  const lines = [
    '',
    `  SMAC is running at ${url}`,
    `    status page   ${url}/`,
    `    API           ${url}/docs`,
    `    OCPI          ${url}/ocpi/versions`,
    ...wayInLines,
    isDemo
      ? '  This is the demo; `npm start -- --empty` runs without it.'
      : '  Invite a charge point operator: npx smac ocpi invite --role CPO --country NL --party TNM',
    '  Stop with Ctrl-C.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

function serveHelp(): string {
  return `Usage: ${USAGE}

  --demo    with a simulated charge point operator, in a data folder of its own that starts empty every time
  --empty   without the demo (the default)

Settings (environment variables)
${configurationHelp()}

Examples
  smac serve
  SMAC_PORT=9000 smac serve
  SMAC_HOST=0.0.0.0 SMAC_PUBLIC_URL=https://smac.example.org SMAC_TLS_CERT=chain.pem SMAC_TLS_KEY=key.pem smac serve
  DATABASE_URL=postgres://smac:secret@db.example.org/smac smac serve

A bad setting, a port in use, a folder that cannot be written or a database that cannot be reached end with one sentence and exit code 2.
`;
}
