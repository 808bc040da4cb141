import type { TestContext } from 'node:test';
import type { OcpiVersion } from '../../exchange/party.ts';
import type { Peer } from '../../exchange/peer.ts';
import type { OcpiPorts } from '../../exchange/ports.ts';
import type { ModuleDefinition } from '../../server/module-definition.ts';
import { CPO, SCSP, startPlatform, type TestPlatform } from '../../testing/platforms.ts';
import { ask, type RawAnswer } from '../../testing/raw-request.ts';
import { hashToken } from '../../transport/token.ts';

/** A platform on a free port and one registered CPO (FI-TKU) that asks it over HTTP. */
export interface Served {
  readonly host: TestPlatform;
  /** `path` below `{base}/{version}`, e.g. `/receiver/sessions/FI/TKU/1`. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<RawAnswer>;
}

export interface ServedOptions {
  readonly version: OcpiVersion;
  readonly ports: OcpiPorts;
  readonly agreements?: readonly string[];
  readonly modules?: readonly ModuleDefinition[];
}

const TOKEN = 'token-of-the-cpo';

export async function serve(t: TestContext, options: ServedOptions): Promise<Served> {
  const { version, ports, modules } = options;
  const host = await startPlatform({ party: SCSP, ports, ...(modules && { modules }) });
  t.after(() => host.served.close());
  const peer: Peer = {
    id: 'cpo',
    state: 'REGISTERED',
    name: 'Turku Charging',
    inboundTokens: [{ hash: hashToken(TOKEN), use: 'regular' }],
    version,
    versionsUrl: 'http://127.0.0.1:9/versions',
    endpoints: [],
    parties: [CPO],
    agreements: options.agreements ?? ['smartchargingoptimisation'],
    unitProfile: 'd42-tables',
    rawToken: false,
    allowPrivateAddresses: true,
    updatedMs: host.clock.now(),
  };
  await host.platform.peers.save(peer);
  return {
    host,
    ask: (method, path, body, headers) =>
      ask(`${host.platform.baseUrl}/${version}${path}`, {
        method,
        token: TOKEN,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      }),
  };
}
