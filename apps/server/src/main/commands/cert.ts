import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from '../../config/index.ts';
import { openIssuer } from '../../stations/index.ts';
import { systemClock } from '../../time/clock.ts';
import type { Command } from '../cli.ts';
import { configOf, readArguments } from './arguments.ts';
import { dataOf, withServer } from './server-call.ts';

const USAGE = `smac cert authority | server | sign

  smac cert authority
      Prints the certificate of the own authority for stations (made on first use): install it in stations as CSMS root.
  smac cert server NAME... [--out FOLDER]
      Writes ocpp-server.pem and ocpp-server.key for SMAC_OCPP_TLS_CERT and SMAC_OCPP_TLS_KEY; 90 days. A running server takes a
      renewed certificate into use within a minute.
  smac cert sign STATION_ID CSR_FILE
      Signs the certificate request of a station and prints the chain. Stations can do it themselves (SignCertificate).
`;

/** `smac cert ...` */
export const cert: Command = async (args, streams) => {
  const [verb, ...rest] = args;
  const config = configOf(streams.env);
  const issuer = () => openIssuer({ dataDir: config.dataDir, clock: systemClock, random: randomBytes });
  if (verb === 'authority') {
    streams.stdout.write(`${(await issuer().certificate()).trim()}\n`);
    return 0;
  }
  if (verb === 'server') {
    const { values, positionals } = readArguments(
      rest,
      { out: { type: 'string', default: '.' } },
      'smac cert server NAME... [--out FOLDER]',
    );
    if (positionals.length === 0)
      throw new CannotStart('Name the host as stations will call it, like csms.example.org.');
    const { certPem, keyPem } = await issuer().server(positionals);
    // The key first: a server that sees the new certificate finds its key.
    write(join(values.out, 'ocpp-server.key'), keyPem, 0o600);
    write(join(values.out, 'ocpp-server.pem'), certPem, 0o644);
    streams.stdout.write(
      `SMAC_OCPP_TLS_CERT=${join(values.out, 'ocpp-server.pem')}\nSMAC_OCPP_TLS_KEY=${join(values.out, 'ocpp-server.key')}\n`,
    );
    return 0;
  }
  if (verb === 'sign') {
    const [stationId, file] = readArguments(rest, {}, 'smac cert sign STATION_ID CSR_FILE').positionals;
    if (stationId === undefined || file === undefined || !existsSync(file))
      throw new CannotStart(
        'Name the station and the file of its request. Usage: smac cert sign STATION_ID CSR_FILE',
      );
    const issued = (await withServer(config, async (call) =>
      dataOf(
        await call('POST', `/api/stations/${encodeURIComponent(stationId)}/certificate`, {
          csr: readFileSync(file, 'utf8'),
        }),
      ),
    )) as { readonly chainPem: string };
    streams.stdout.write(issued.chainPem);
    return 0;
  }
  const isHelp = verb === '--help' || verb === '-h';
  (isHelp ? streams.stdout : streams.stderr).write(`Usage: ${USAGE}`);
  return isHelp ? 0 : 2;
};

function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flush: true });
  } catch {
    throw new CannotStart(`${file} cannot be written: name a folder of yours with --out.`);
  }
}
